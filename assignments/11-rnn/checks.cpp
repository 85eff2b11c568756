// The checks that students see. Every input is drawn from the check's seed, so only an algorithm passes, not
// a table.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "calls.h"
#include "data.h"
#include "models.h"
#include "problems.h"

namespace {

using namespace spinlab;
using namespace rnn::problems;
using rnn::Cell;
using rnn::LstmState;
using rnn::ModelOptions;

/// A text of so many letters out of `letters`, each of them at least once.
std::string drawn_text(int64_t length, const std::string& letters, const std::string& purpose) {
  auto text = letters;
  const auto more = integers(length, static_cast<int64_t>(letters.size()), purpose);
  for (int64_t i = 0; i < length; ++i)
    text.push_back(letters[static_cast<std::size_t>(more[i].item<int64_t>())]);
  return text;
}

TEST(Vocabulary, HasEachCharacterOnceInOrder) {
  EXPECT_EQ(vocabulary("to be, or not to be!"), " !,benort");
  const auto text = drawn_text(60, "zQ a\n9,", "letters");
  EXPECT_EQ(vocabulary(text), "\n ,9Qaz");
}

TEST(Encode, GivesThePlaceOfEachCharacter) {
  const std::string characters = "\n !aBz";
  const auto text = drawn_text(30, characters, "text");
  const auto tokens = encode(text, characters);
  ASSERT_EQ(tokens.size(0), static_cast<int64_t>(text.size()));
  for (std::size_t i = 0; i < text.size(); ++i)
    EXPECT_EQ(tokens[static_cast<int64_t>(i)].item<int64_t>(), static_cast<int64_t>(characters.find(text[i])))
        << "character " << i;
}

TEST(Decode, BringsTheTextBack) {
  const std::string characters = "zyx cba";  // in whatever order
  const auto tokens = integers(40, 7, "tokens");
  const auto text = decode(tokens, characters);
  EXPECT_EQ(text.size(), 40U);
  EXPECT_CLOSE(encode(text, characters), tokens, atol(0.0));
  EXPECT_EQ(decode(torch::tensor({int64_t{4}, int64_t{6}, int64_t{5}}), characters), "cab");
}

/// Number by number: lane l has the tokens from l · chunks · context on.
TEST(CutLanes, PutsTheLanesBehindEachOther) {
  for (const auto& [length, lanes, context] :
       {std::tuple<int64_t, int64_t, int64_t>{31, 3, 5}, {50, 4, 2}, {23, 1, 7}}) {
    const auto tokens = integers(length, 100, "tokens of " + std::to_string(length));
    const auto made = cut_lanes(tokens, lanes, context);
    const auto chunks = (length - 1) / (lanes * context);
    ASSERT_EQ(made.inputs.sizes(), at::IntArrayRef({chunks, context, lanes}));
    for (int64_t lane = 0; lane < lanes; ++lane) {
      const auto first = lane * chunks * context;
      EXPECT_CLOSE(made.inputs.select(2, lane).flatten(), tokens.slice(0, first, first + chunks * context),
                   atol(0.0))
          << "lane " << lane;
    }
  }
}

TEST(CutLanes, TargetsAreWhatFollows) {
  const auto tokens = torch::arange(100, 163);
  const auto made = cut_lanes(tokens, 4, 3);
  EXPECT_CLOSE(made.targets, made.inputs + 1, atol(0.0));
  EXPECT_EQ(made.targets.max().item<int64_t>(), 160) << "4 lanes of 5 chunks of 3 tokens";
}

/// Targets and what is left out are all tokens but the first.
TEST(CutLanes, SaysWhatIsLeftOut) {
  for (const int64_t length : {61, 62, 72, 73})
    EXPECT_EQ(cut_lanes(torch::arange(length), 4, 3).left_out, (length - 1) % 12) << length << " tokens";
}

TEST(RnnStep, MatchesLibTorch) {
  for (const auto& one : cases()) {
    const auto x = one.x("step")[0], h = one.state("step");
    const auto cell = cell_of(1, one, "step");
    EXPECT_CLOSE(rnn_step(x, h, cell),
                 at::rnn_tanh_cell(x, h, cell.input, cell.recurrent, cell.input_bias, cell.recurrent_bias),
                 atol(1e-13));
  }
}

TEST(RnnRun, MatchesLibTorch) {
  for (const auto& one : cases()) {
    const auto x = one.x("run"), h = one.state("run");
    const auto cell = cell_of(1, one, "run");
    EXPECT_CLOSE(rnn_run(x, h, cell), reference_rnn(x, h, cell), atol(1e-13));
  }
}

/// What was read is in the state, and nowhere else.
TEST(RnnRun, GoesOnWhereItStopped) {
  const Case one{7, 2, 3, 4};
  const auto x = one.x("two parts"), h = one.state("two parts");
  const auto cell = cell_of(1, one, "two parts");
  const auto first = rnn_run(x.slice(0, 0, 3).contiguous(), h, cell);
  const auto second = rnn_run(x.slice(0, 3).contiguous(), first[2].contiguous(), cell);
  EXPECT_CLOSE(torch::cat({first, second}), reference_rnn(x, h, cell), atol(1e-13));
}

void expect_same(const rnn::CellGradients& actual, const rnn::CellGradients& expected) {
  EXPECT_CLOSE(actual.x, expected.x, atol(1e-12)) << "by x";
  EXPECT_CLOSE(actual.state, expected.state, atol(1e-12)) << "by the state";
  EXPECT_CLOSE(actual.input, expected.input, atol(1e-12)) << "by W";
  EXPECT_CLOSE(actual.recurrent, expected.recurrent, atol(1e-12)) << "by U";
  EXPECT_CLOSE(actual.input_bias, expected.input_bias, atol(1e-12)) << "by b";
  EXPECT_CLOSE(actual.recurrent_bias, expected.recurrent_bias, atol(1e-12)) << "by b'";
}

TEST(RnnGradient, MatchesFiniteDifferences) {
  const Case one{4, 2, 3, 2};
  const auto x = one.x("differences"), h = one.state("differences"), g = one.gradient("differences");
  const auto cell = cell_of(1, one, "differences");
  const auto loss = [&](const Tensor& at_x, const Tensor& at_h, const Cell& at) {
    return (g * reference_rnn(at_x, at_h, at)).sum().item<double>();
  };
  const auto made = rnn_gradient(x, h, cell, g);
  EXPECT_CLOSE(made.x, central_differences([&](const Tensor& at) { return loss(at, h, cell); }, x),
               atol(1e-8))
      << "by x";
  EXPECT_CLOSE(made.state, central_differences([&](const Tensor& at) { return loss(x, at, cell); }, h),
               atol(1e-8))
      << "by the state";
  EXPECT_CLOSE(made.recurrent,
               central_differences(
                   [&](const Tensor& at) {
                     auto other = cell;
                     other.recurrent = at;
                     return loss(x, h, other);
                   },
                   cell.recurrent),
               atol(1e-8))
      << "by U";
}

TEST(RnnGradient, MatchesLibTorch) {
  for (const auto& one : cases()) {
    const auto x = one.x("chain rule"), h = one.state("chain rule"), g = one.gradient("chain rule");
    const auto cell = cell_of(1, one, "chain rule");
    expect_same(rnn_gradient(x, h, cell, g), reference_gradient(x, h, cell, g));
  }
}

/// A loss of step 2 alone: no later x has a part in it.
TEST(RnnGradient, OfAnEarlyStepIsCausal) {
  const Case one{6, 2, 3, 4};
  const auto x = one.x("early"), h = one.state("early");
  const auto cell = cell_of(1, one, "early");
  auto g = zeros({6, 2, 4});
  g[2].copy_(one.gradient("early")[2]);
  const auto made = rnn_gradient(x, h, cell, g);
  EXPECT_CLOSE(made.x.slice(0, 3), zeros({3, 2, 3}), atol(0.0));
  expect_same(made, reference_gradient(x, h, cell, g));
}

/// A rotation in a plane, of size r, beside a number: eigenvalues r e^(±iφ) and s.
TEST(SpectralRadius, OfComplexEigenvalues) {
  for (const bool rotation_wins : {true, false}) {
    const double r = number(1, 1.3, "r"), s = rotation_wins ? -0.7 : -1.6, angle = number(0.5, 2.5, "angle");
    auto U = zeros({3, 3});
    U[0][0] = U[1][1] = r * std::cos(angle);
    U[0][1] = -r * std::sin(angle);
    U[1][0] = r * std::sin(angle);
    U[2][2] = s;
    const auto basis = normal({3, 3}, "basis") + 2 * eye(3);
    const auto turned = basis.matmul(U).matmul(torch::linalg_inv(basis));
    EXPECT_CLOSE(spectral_radius(turned), std::max(r, -s), rtol(1e-8));
  }
}

/// Its transpose times itself is r² times the identity: all norms go as r^t, exactly.
TEST(GradientNorms, OfARotationGoAsAPower) {
  const auto Q = std::get<0>(torch::linalg_qr(normal({5, 5}, "rotation")));
  const auto g = normal({5}, "g");
  const auto t = torch::arange(21, torch::kFloat64);
  for (const double r : {0.8, 1.0, 1.25}) {
    EXPECT_CLOSE(gradient_norms(r * Q, g, 20), g.norm() * torch::pow(r, t), rtol(1e-11)) << "radius " << r;
    EXPECT_CLOSE(gains(r * Q, 20), torch::pow(r, t), rtol(1e-11)) << "radius " << r;
  }
}

/// Gradients come back through Uᵀ: step by step, and by LibTorch.
TEST(GradientNorms, AreThoseOfALinearNetwork) {
  const auto U = normal({4, 4}, "U") / 2, g = normal({4}, "g"), h = normal({4}, "h");
  const auto made = gradient_norms(U, g, 6);
  for (int64_t t = 0; t <= 6; ++t) {
    const auto by = derivatives({h}, g, [&](const auto& at) {
      auto state = at[0];
      for (int64_t step = 0; step < t; ++step) state = U.mv(state);
      return state;
    });
    EXPECT_CLOSE(made[t].item<double>(), by[0].norm().item<double>(), rtol(1e-11)) << "step " << t;
  }
}

/// ((a, b), (0, a)) to the t is ((a^t, t a^(t − 1) b), (0, a^t)): both of its eigenvalues are a < 1, and it
/// grows.
TEST(Gains, OfAMatrixThatIsNotNormal) {
  const double a = number(0.85, 0.95, "a"), b = number(2, 3, "b");
  const auto made = gains(torch::tensor({a, b, 0.0, a}, torch::kFloat64).view({2, 2}), 40);
  for (int64_t t = 0; t <= 40; ++t) {
    const double p = std::pow(a, t), q = static_cast<double>(t) * std::pow(a, t - 1) * b;
    const double largest = (std::sqrt(4 * p * p + q * q) + std::abs(q)) / 2;
    EXPECT_CLOSE(made[t].item<double>(), largest, rtol(1e-9)) << "step " << t;
  }
}

TEST(ClipGradients, MakesTheNormOfAllTheLargestAllowed) {
  const std::vector<Tensor> gradients{normal({3, 2}, "first"), 4 * normal({5}, "second"),
                                      normal({1}, "third")};
  const double norm = torch::cat({gradients[0].flatten(), gradients[1], gradients[2]}).norm().item<double>();
  const double most = norm * number(0.2, 0.8, "most");
  const auto made = clip_gradients(gradients, most);
  EXPECT_CLOSE(made.norm, norm, rtol(1e-12)) << "the norm before";
  ASSERT_EQ(made.gradients.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_CLOSE(made.gradients[i], gradients[i] * (most / norm), rtol(1e-11)) << "gradient " << i;
}

TEST(ClipGradients, LeavesShortOnesAlone) {
  const std::vector<Tensor> gradients{normal({4}, "short"), normal({2, 2}, "shorter")};
  const auto made = clip_gradients(gradients, 100);
  ASSERT_EQ(made.gradients.size(), 2U);
  EXPECT_CLOSE(made.gradients[0], gradients[0], atol(0.0));
  EXPECT_CLOSE(made.gradients[1], gradients[1], atol(0.0));
  EXPECT_CLOSE(made.norm, torch::cat({gradients[0], gradients[1].flatten()}).norm().item<double>(),
               rtol(1e-12));
}

TEST(LstmStep, MatchesLibTorch) {
  for (const auto& one : cases()) {
    const auto x = one.x("LSTM")[0];
    const LstmState state{one.state("LSTM h"), one.state("LSTM c")};
    const auto cell = cell_of(4, one, "LSTM");
    const auto [h, c] = at::lstm_cell(x, {state.h, state.c}, cell.input, cell.recurrent, cell.input_bias,
                                      cell.recurrent_bias);
    const auto made = lstm_step(x, state, cell);
    EXPECT_CLOSE(made.c, c, atol(1e-13)) << "c";
    EXPECT_CLOSE(made.h, h, atol(1e-13)) << "h";
  }
}

TEST(LstmRun, MatchesLibTorch) {
  for (const auto& one : cases()) {
    const auto x = one.x("LSTM run");
    const LstmState state{one.state("LSTM run h"), one.state("LSTM run c")};
    const auto cell = cell_of(4, one, "LSTM run");
    const auto made = lstm_run(x, state, cell), expected = reference_lstm(x, state, cell);
    EXPECT_CLOSE(made.outputs, expected.outputs, atol(1e-13));
    EXPECT_CLOSE(made.last.h, expected.last.h, atol(1e-13)) << "last h";
    EXPECT_CLOSE(made.last.c, expected.last.c, atol(1e-13)) << "last c";
  }
}

/// σ(−50) is 2e-22, σ(50) is 1: a shut input and an open forget gate keep c, whatever is read.
TEST(LstmRun, CarriesACellUnchanged) {
  const Case one{50, 2, 3, 4};
  auto cell = cell_of(4, one, "carried");
  cell.input_bias = gates({-50, 50, 0.4, 0.3}, 4);
  const LstmState state{one.state("carried h"), one.state("carried c")};
  const auto made = lstm_run(0.5 * one.x("carried"), state, cell);
  EXPECT_CLOSE(made.last.c, state.c, atol(1e-12));
  EXPECT_GT((made.outputs[0] - made.outputs[49]).abs().max().item<double>(), 1e-3)
      << "the output gate is at work";
}

/// By LibTorch's LSTM.
Tensor counted(const Cell& cell, const Tensor& tokens, int64_t v) {
  const auto x = at::one_hot(tokens, v).to(torch::kFloat64).unsqueeze(1);
  const auto zero = zeros({1, 1});
  std::vector<Tensor> counts;
  LstmState state{zero, zero};
  for (const auto& step : x.unbind()) {
    state = reference_lstm(step.unsqueeze(0), state, cell).last;
    counts.push_back(state.c.flatten());
  }
  return torch::cat(counts);
}

Tensor differences_of(const Tensor& tokens) {
  return (tokens.eq(0).to(torch::kFloat64) - tokens.eq(1).to(torch::kFloat64)).cumsum(0);
}

TEST(CountingCell, CountsOneUpAndTheOtherDown) {
  const auto cell = counting_cell(3);
  const auto tokens = integers(60, 3, "counted");
  EXPECT_CLOSE(counted(cell, tokens, 3), differences_of(tokens), atol(1e-9));
}

/// Below zero, and whatever else is read.
TEST(CountingCell, OfMoreTokens) {
  const auto cell = counting_cell(7);
  const auto tokens = torch::cat({integers(10, 7, "any"), integers(15, 6, "down") + 1});
  EXPECT_CLOSE(counted(cell, tokens, 7), differences_of(tokens), atol(1e-9));
  EXPECT_CLOSE(counted(cell, torch::full({8}, 4, torch::kLong), 7), zeros({8}), atol(1e-9)) << "others only";
}

TEST(GruStep, MatchesLibTorch) {
  for (const auto& one : cases()) {
    const auto x = one.x("GRU")[0], h = one.state("GRU");
    const auto cell = cell_of(3, one, "GRU");
    EXPECT_CLOSE(gru_step(x, h, cell),
                 at::gru_cell(x, h, cell.input, cell.recurrent, cell.input_bias, cell.recurrent_bias),
                 atol(1e-13));
  }
}

TEST(GruRun, MatchesLibTorch) {
  for (const auto& one : cases()) {
    const auto x = one.x("GRU run"), h = one.state("GRU run");
    const auto cell = cell_of(3, one, "GRU run");
    EXPECT_CLOSE(gru_run(x, h, cell), reference_gru(x, h, cell), atol(1e-13));
  }
}

/// z = 1 keeps h, for ever; z = 0 and r = 0 know nothing of it.
TEST(GruRun, KeepsOrForgets) {
  const Case one{6, 2, 3, 4};
  const auto x = 0.5 * one.x("kept"), h = one.state("kept");
  auto cell = cell_of(3, one, "kept");
  cell.input_bias = gates({0.3, 50, 0.2}, 4);
  EXPECT_CLOSE(gru_run(x, h, cell), h.expand({6, 2, 4}), atol(1e-12));
  cell.input_bias = gates({-50, -50, 0.2}, 4);
  EXPECT_CLOSE(gru_run(x, h, cell), at::linear(x, cell.input.slice(0, 8), cell.input_bias.slice(0, 8)).tanh(),
               atol(1e-12));
}

/// By x, h, c and the cell's four.
void expect_same(const rnn::LstmGradients& made, const std::vector<Tensor>& expected) {
  const std::vector<std::pair<const char*, Tensor>> all{{"x", made.x},
                                                        {"h", made.h},
                                                        {"c", made.c},
                                                        {"W", made.input},
                                                        {"U", made.recurrent},
                                                        {"b", made.input_bias},
                                                        {"b'", made.recurrent_bias}};
  for (std::size_t i = 0; i < all.size(); ++i)
    EXPECT_CLOSE(all[i].second, expected.at(i), atol(1e-12)) << "by " << all[i].first;
}

TEST(LstmGradient, MatchesLibTorch) {
  for (const auto& one : cases()) {
    const LstmState state{one.state("back h"), one.state("back c")},
        last{one.state("back last h"), one.state("back last c")};
    const auto x = one.x("back"), g = one.gradient("back");
    const auto cell = cell_of(4, one, "back");
    expect_same(lstm_gradient(x, state, cell, g, last), reference_slopes(x, state, cell, g, last));
  }
}

TEST(LstmGradient, MatchesFiniteDifferences) {
  const Case one{3, 2, 2, 3};
  const LstmState state{one.state("by c h"), one.state("by c")}, none{zeros({2, 3}), zeros({2, 3})};
  const auto x = one.x("by c"), g = one.gradient("by c");
  const auto cell = cell_of(4, one, "by c");
  const auto made = lstm_gradient(x, state, cell, g, none);
  const auto by_c = central_differences(
      [&](const Tensor& at) {
        return (g * reference_lstm(x, {state.h, at}, cell).outputs).sum().item<double>();
      },
      state.c);
  EXPECT_CLOSE(made.c, by_c, atol(1e-8)) << "by c";
  const auto by_U = central_differences(
      [&](const Tensor& at) {
        const Cell other{cell.input, at, cell.input_bias, cell.recurrent_bias};
        return (g * reference_lstm(x, state, other).outputs).sum().item<double>();
      },
      cell.recurrent);
  EXPECT_CLOSE(made.recurrent, by_U, atol(1e-8)) << "by U";
}

/// f = 1, i = 0: what arrives at the last cell arrives at the first, whole, 200 steps before.
TEST(LstmGradient, PassesAnOpenGateUndamped) {
  const Case one{200, 2, 3, 4};
  auto cell = cell_of(4, one, "undamped");
  cell.input_bias = gates({-50, 50, 0.4, 0.3}, 4);
  const LstmState state{one.state("undamped h"), one.state("undamped c")},
      last{zeros({2, 4}), one.state("undamped last")};
  const auto made = lstm_gradient(0.5 * one.x("undamped"), state, cell, zeros({200, 2, 4}), last);
  EXPECT_CLOSE(made.c, last.c, atol(1e-11));
}

TEST(TruncatedGradient, MatchesPieceByPiece) {
  const Case one{9, 2, 3, 4};
  const auto x = one.x("pieces"), h = one.state("pieces"), g = one.gradient("pieces");
  const auto cell = cell_of(1, one, "pieces");
  for (const int64_t context : {3, 1})
    expect_same(truncated_gradient(x, h, cell, g, context), reference_truncated(x, h, cell, g, context));
}

TEST(TruncatedGradient, OfALongContextIsWhole) {
  const Case one{6, 2, 3, 4};
  const auto x = one.x("whole"), h = one.state("whole"), g = one.gradient("whole");
  const auto cell = cell_of(1, one, "whole");
  const auto whole = reference_gradient(x, h, cell, g);
  for (const int64_t context : {6, 100}) expect_same(truncated_gradient(x, h, cell, g, context), whole);
}

TEST(Tempered, IsAPower) {
  const auto p = uniform({7}, 0.1, 1, "p");
  const auto sum = p / p.sum();
  for (const double temperature : {0.5, 1.0, 3.0}) {
    const auto power = sum.pow(1 / temperature);
    EXPECT_CLOSE(tempered(sum, temperature), power / power.sum(), rtol(1e-11))
        << "temperature " << temperature;
  }
}

/// Ratios: (p_i/p_j)^(1/T). At T = 0 the first of the largest has all.
TEST(Tempered, FreezesInTheLargest) {
  const auto p = vector({0.1, 0.35, 0.2, 0.35});
  EXPECT_CLOSE(tempered(p, 0), vector({0, 1, 0, 0}), atol(0.0));
  EXPECT_CLOSE(tempered(p, 0.01), vector({0, 0.5, 0, 0.5}), atol(1e-12));
  EXPECT_CLOSE(tempered(p, 1e9), zeros({4}) + 0.25, atol(1e-7)) << "all alike at high temperature";
}

TEST(Generate, AtZeroTemperatureFollowsTheLargest) {
  auto model = recorder(6, 5, "greedy");
  const auto state = normal({5}, "greedy state"), prompt = integers(4, 6, "greedy prompt");
  const auto made = generate(asks(model), state, prompt, 8, 0, 1);
  auto again = recorder(6, 5, "greedy");
  rnn::Step step{{}, state};
  for (int64_t i = 0; i < 4; ++i) step = again(prompt[i].item<int64_t>(), step.state);
  EXPECT_CLOSE(made.slice(0, 0, 4), prompt, atol(0.0)) << "the prompt first";
  for (int64_t i = 4; i < 12; ++i) {
    const auto best = step.probabilities.argmax().item<int64_t>();
    EXPECT_EQ(made[i].item<int64_t>(), best) << "token " << i;
    step = again(best, step.state);
  }
}

/// The state remembers: nothing is read twice.
TEST(Generate, ReadsEachTokenOnce) {
  auto model = recorder(5, 4, "once");
  const auto prompt = integers(6, 5, "once prompt");
  const auto made = generate(asks(model), normal({4}, "once state"), prompt, 7, 1, seed("once"));
  ASSERT_GE(model.read.size(), 12U);
  EXPECT_LE(model.read.size(), 13U) << "tokens read, of 6 and 7";
  for (std::size_t i = 0; i < model.read.size(); ++i)
    EXPECT_EQ(model.read[i], made[static_cast<int64_t>(i)].item<int64_t>()) << "token " << i;
  not_called_again("the model counts what it reads");
}

/// The frequencies of 1,500 tokens without a memory: Pearson's sum over 4 tokens has 3 degrees of freedom,
/// and is above 45 with a probability of 1e-9. At temperature 1 in place of ½ it is about 200.
TEST(Generate, DrawsAtItsTemperature) {
  const auto p = vector({0.15, 0.4, 0.05, 0.4});
  const rnn::Reader read = [&](int64_t, const Tensor& state) { return rnn::Step{p, state}; };
  const auto made = generate(read, zeros({1}), integers(1, 4, "any"), 1500, 0.5, seed("drawn"));
  const auto expected = 1500 * p.square() / p.square().sum();
  const auto counts = at::bincount(made.slice(0, 1), {}, 4).to(torch::kFloat64);
  EXPECT_LT(((counts - expected).square() / expected).sum().item<double>(), 45) << counts;
}

TEST(TeacherForced, MatchesLibTorch) {
  for (const auto& [n, s, t] : {std::tuple<int64_t, int64_t, int64_t>{3, 5, 4}, {1, 1, 6}, {2, 4, 1}}) {
    const auto p = translator_of(6, 3, 5, "translator");
    const auto source = tokens_of(n, s, 6, "source"), answer = tokens_of(n, t, 6, "answer");
    EXPECT_CLOSE(teacher_forced(source, answer, p), reference_logits(source, answer, p), atol(1e-11));
  }
}

/// Logits of place i change with the answer's tokens before i, and with no other.
TEST(TeacherForced, SeesThePastAlone) {
  const auto p = translator_of(6, 3, 5, "causal");
  const auto source = tokens_of(2, 4, 6, "causal source"), answer = tokens_of(2, 5, 6, "causal answer");
  const auto before = teacher_forced(source, answer, p);
  for (int64_t j = 0; j < 5; ++j) {
    auto changed = answer.clone();
    changed.select(1, j).copy_((answer.select(1, j) + 1).remainder(6));
    const auto difference = (teacher_forced(source, changed, p) - before).abs().amax({0, 2});
    EXPECT_CLOSE(difference.slice(0, 0, j + 1), zeros({j + 1}), atol(1e-12)) << "token " << j;
    if (j < 4) EXPECT_GT(difference[j + 1].item<double>(), 1e-9) << "token " << j << " is read";
  }
  auto other = source.clone();
  other.select(1, 0).copy_((source.select(1, 0) + 1).remainder(6));
  EXPECT_GT((teacher_forced(other, answer, p) - before).abs().max().item<double>(), 1e-9)
      << "the source is read";
}

/// With its own tokens as the teacher's, each is that of the largest logit. Three translators: one may say
/// the same whatever it reads.
TEST(GreedyAnswer, IsItsOwnTeacher) {
  for (const char* purpose : {"first greedy", "second greedy", "third greedy"}) {
    const auto p = translator_of(7, 4, 10, purpose);
    const auto source = tokens_of(6, 3, 7, purpose);
    const auto made = greedy_answer(source, 8, p);
    EXPECT_CLOSE(made, reference_logits(source, made, p).argmax(2), atol(0.0));
  }
}

TEST(GreedyAnswer, IsLongerWithTheSameBeginning) {
  const auto p = translator_of(5, 3, 4, "longer");
  const auto source = tokens_of(3, 4, 5, "longer source");
  const auto made = greedy_answer(source, 9, p);
  EXPECT_CLOSE(greedy_answer(source, 4, p), made.slice(1, 0, 4), atol(0.0));
  EXPECT_CLOSE(greedy_answer(source.slice(0, 1, 2).contiguous(), 9, p), made.slice(0, 1, 2), atol(0.0))
      << "sequences know nothing of each other";
  EXPECT_CLOSE(made, reference_logits(source, made, p).argmax(2), atol(0.0));
}

struct Attention {
  Tensor states, memory, lengths;
};

Attention attention_of(int64_t n, int64_t t, int64_t s, int64_t m, const std::string& purpose) {
  return {normal({n, t, m}, purpose + " states"), normal({n, s, m}, purpose + " memory"),
          integers(n, s, purpose + " lengths") + 1};
}

TEST(Alignment, IsABoltzmannDistributionOverTheSource) {
  for (const auto& [n, t, s, m] :
       {std::tuple<int64_t, int64_t, int64_t, int64_t>{3, 4, 5, 2}, {2, 1, 3, 4}, {2, 3, 1, 3}}) {
    const auto one = attention_of(n, t, s, m, "aligned");
    const auto made = alignment(one.states, one.memory, one.lengths);
    EXPECT_CLOSE(made, reference_alignment(one.states, one.memory, one.lengths), atol(1e-13));
    EXPECT_CLOSE(made.sum(2), zeros({n, t}) + 1, atol(1e-13));
  }
}

TEST(Alignment, DoesNotSeePadding) {
  const auto one = attention_of(4, 3, 6, 3, "padded");
  const auto lengths = torch::tensor({int64_t{2}, int64_t{6}, int64_t{1}, int64_t{4}});
  const auto expected = reference_alignment(one.states, one.memory, lengths);
  EXPECT_CLOSE(alignment(one.states, padded(one.memory, lengths), lengths), expected, atol(1e-13));
}

TEST(Attended, MatchesItsParts) {
  const auto one = attention_of(3, 4, 5, 2, "attended");
  const auto W = normal({6, 4}, "attended W");
  const auto context = reference_alignment(one.states, one.memory, one.lengths).matmul(one.memory);
  EXPECT_CLOSE(attended(one.states, one.memory, one.lengths, W),
               at::linear(torch::cat({context, one.states}, 2), W).tanh(), atol(1e-12));
}

/// Places of the source permuted: a mean knows no order.
TEST(Attended, KnowsNoOrderOfTheSource) {
  const auto one = attention_of(2, 3, 5, 4, "order");
  const auto all = torch::full({2}, 5, torch::kLong);
  const auto W = normal({3, 8}, "order W");
  const auto permuted = one.memory.index_select(1, normal({5}, "permutation").argsort());
  const auto context = reference_alignment(one.states, one.memory, all).matmul(one.memory);
  const auto expected = at::linear(torch::cat({context, one.states}, 2), W).tanh();
  EXPECT_CLOSE(attended(one.states, one.memory, all, W), expected, atol(1e-12));
  EXPECT_CLOSE(attended(one.states, permuted, all, W), expected, atol(1e-12));
}

TEST(MakeCharacterModel, HasItsParametersInOrder) {
  const auto parameters =
      make_character_model({.vocabulary = 7, .embedding = 3, .hidden = 5, .seed = 2}).named_parameters();
  const std::vector<std::vector<int64_t>> shapes{{7, 3}, {20, 3}, {20, 5}, {20}, {20}, {7, 5}, {7}};
  ASSERT_EQ(parameters.size(), shapes.size());
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    EXPECT_EQ(parameters[i].second.sizes(), at::IntArrayRef(shapes[i])) << "parameter " << i;
    EXPECT_EQ(parameters[i].second.scalar_type(), torch::kFloat32) << "parameter " << i;
  }
}

/// float32 has errors of 1e-6.
TEST(MakeCharacterModel, MatchesLibTorch) {
  const auto model = make_character_model({.vocabulary = 7, .embedding = 3, .hidden = 5, .seed = 2});
  const auto state = drawn_state(model, "model");
  model.load(in_single_precision(state));
  for (const int64_t t : {1, 9, 60}) {
    const auto tokens = tokens_of(3, t, 7, "model tokens");
    EXPECT_CLOSE(model.forward(tokens), reference_model(state, tokens).to(torch::kFloat32), atol(3e-5))
        << t << " tokens";
  }
}

/// Two of three trainings must pass. Of 60 by the master none failed. Of 12 by master and variants the loss
/// lay 0.37 ± 0.03 below the bigram's, 0.31 at least: the bar of 0.15 is more than five deviations away, a
/// probability p of 3e-7 if margins are normal, and 3p² is far below 10⁻⁶; the count alone says p < 0.05.
TEST(FitText, BeatsTheBigram) {
  const auto text = rnn::data::shakespeare(derive_seed(check_seed(), "text"));
  const rnn::data::NGrams counted(text);
  const auto of = [&](int64_t order) {
    return loss_behind(text.pieces.slice(0, kSpare), shown(),
                       [&](const Tensor& tokens) { return counted.behind(tokens, order); });
  };
  const double bigram = of(2);
  EXPECT_LT(judged(text), bigram - 0.15)
      << "nats a character, of the bigram " << bigram << ", of the trigram " << of(3);
}

/// The last of them is that of task 4.
TEST(OnlineGradients, MatchLibTorch) {
  for (const auto& one : cases()) {
    const auto x = one.x("online"), h = one.state("online"), g = one.gradient("online");
    const auto cell = cell_of(1, one, "online");
    const auto made = online_gradients(x, h, cell, g);
    EXPECT_CLOSE(made[one.T - 1], reference_gradient(x, h, cell, g).recurrent, atol(1e-12));
  }
}

TEST(OnlineGradients, OfEachStepAreThoseOfWhatWasRead) {
  const Case one{6, 2, 3, 4};
  const auto x = one.x("so far"), h = one.state("so far"), g = one.gradient("so far");
  const auto cell = cell_of(1, one, "so far");
  const auto made = online_gradients(x, h, cell, g);
  for (int64_t t = 1; t <= 6; ++t)
    EXPECT_CLOSE(made[t - 1], reference_gradient(x.slice(0, 0, t), h, cell, g.slice(0, 0, t)).recurrent,
                 atol(1e-12))
        << "after " << t << " steps";
}

}  // namespace
