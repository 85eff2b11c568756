// Texts, lanes, and the cells with their derivatives: the edges.
#include <cmath>
#include <string>
#include <vector>

#include "assignments/11-rnn/calls.h"
#include "assignments/11-rnn/problems.h"

namespace {

using namespace spinlab;
using namespace rnn::problems;
using rnn::Cell;
using rnn::LstmState;

Tensor tokens(std::vector<int64_t> values) { return torch::tensor(values, torch::kLong); }

TEST(Vocabulary, OfOneCharacter) {
  EXPECT_EQ(vocabulary("aaaa"), "a");
  EXPECT_EQ(vocabulary("ba"), "ab");
  EXPECT_EQ(vocabulary("~\t !"), "\t !~");
}

TEST(Encode, RefusesCharactersOutside) {
  between_right_answers([] { EXPECT_CLOSE(encode("cab", "abc"), tokens({2, 0, 1}), atol(0.0)); },
                        [] {
                          EXPECT_THROW(encode("cad", "abc"), StudentError);
                          EXPECT_THROW(encode("A", "abc"), StudentError);
                        });
}

TEST(Decode, RefusesTokensOutside) {
  between_right_answers([] { EXPECT_EQ(decode(tokens({2, 0, 1}), "abc"), "cab"); },
                        [] {
                          EXPECT_THROW(decode(tokens({0, 3}), "abc"), StudentError);
                          EXPECT_THROW(decode(tokens({-1, 0}), "abc"), StudentError);
                        });
}

/// The shortest text: one chunk, and all of its tokens are used.
TEST(CutLanes, OfTheShortestText) {
  const auto text = integers(13, 50, "shortest");
  const auto made = cut_lanes(text, 3, 4);
  EXPECT_EQ(made.left_out, 0);
  EXPECT_CLOSE(made.inputs, text.slice(0, 0, 12).view({3, 4}).t().unsqueeze(0), atol(0.0));
  EXPECT_CLOSE(made.targets, text.slice(0, 1, 13).view({3, 4}).t().unsqueeze(0), atol(0.0));
}

TEST(CutLanes, RefusesATextWithoutAChunk) {
  const auto text = integers(13, 50, "just enough");
  between_right_answers([&] { EXPECT_EQ(cut_lanes(text, 3, 4).inputs.size(0), 1); },
                        [&] {
                          EXPECT_THROW(cut_lanes(text.slice(0, 0, 12).contiguous(), 3, 4), StudentError);
                          EXPECT_THROW(cut_lanes(text, 13, 1), StudentError);
                        });
}

/// float32 stays float32, and sums of 100 are ± 1.
TEST(RnnRun, InSinglePrecisionAndFarOut) {
  const Case one{4, 2, 3, 5};
  const auto x = one.x("single"), h = one.state("single");
  const auto cell = cell_of(1, one, "single");
  const auto single = [](const Tensor& t) { return t.to(torch::kFloat32); };
  const auto made = rnn_run(
      single(x), single(h),
      {single(cell.input), single(cell.recurrent), single(cell.input_bias), single(cell.recurrent_bias)});
  EXPECT_CLOSE(made, single(reference_rnn(x, h, cell)), atol(1e-5));
  EXPECT_CLOSE(rnn_run(1e4 * x, h, cell), reference_rnn(1e4 * x, h, cell), atol(1e-9));
}

TEST(RnnGradient, OfOneStep) {
  const Case one{1, 3, 2, 4};
  const auto x = one.x("one"), h = one.state("one"), g = one.gradient("one");
  const auto cell = cell_of(1, one, "one");
  const auto made = rnn_gradient(x, h, cell, g), expected = reference_gradient(x, h, cell, g);
  EXPECT_CLOSE(made.state, expected.state, atol(1e-12));
  EXPECT_CLOSE(made.recurrent, expected.recurrent, atol(1e-12)) << "by U: the state before the step";
}

/// A derivative is linear in the gradient: 10⁶ times, and none.
TEST(RnnGradient, IsLinear) {
  const Case one{5, 2, 3, 4};
  const auto x = one.x("linear"), h = one.state("linear"), g = one.gradient("linear");
  const auto cell = cell_of(1, one, "linear");
  EXPECT_CLOSE(rnn_gradient(x, h, cell, 1e6 * g).input, 1e6 * reference_gradient(x, h, cell, g).input,
               rtol(1e-10));
  EXPECT_CLOSE(rnn_gradient(x, h, cell, 0 * g).input, zeros({4, 3}), atol(0.0));
}

/// Nilpotent: all eigenvalues are 0, whatever the entries; and no step is the identity.
TEST(Gains, OfWhatForgetsInThreeSteps) {
  auto U = zeros({3, 3});
  U[0][1] = 5;
  U[1][2] = 7;
  EXPECT_CLOSE(gains(U, 4), vector({1, 7, 35, 0, 0}), atol(1e-12));
  EXPECT_CLOSE(gains(U, 0), vector({1}), atol(1e-14));
  EXPECT_LT(spectral_radius(U), 1e-4);
  EXPECT_CLOSE(gradient_norms(U, vector({0, 0, 2}), 3), vector({2, 0, 0, 0}), atol(1e-14)) << "Uᵀ g, not U g";
}

TEST(SpectralRadius, IsNoNorm) {
  EXPECT_CLOSE(spectral_radius(torch::tensor({0.5, 100.0, 0.0, -0.25}, torch::kFloat64).view({2, 2})), 0.5,
               rtol(1e-9));
  EXPECT_CLOSE(spectral_radius(vector({-3}).view({1, 1})), 3.0, rtol(1e-12));
}

TEST(GradientNorms, RefusesNegativeSteps) {
  between_right_answers(
      [] { EXPECT_CLOSE(gradient_norms(2 * eye(2), vector({3, 4}), 1), vector({5, 10}), rtol(1e-12)); },
      [] {
        EXPECT_THROW(gradient_norms(eye(2), vector({3, 4}), -1), StudentError);
        EXPECT_THROW(gains(eye(2), -1), StudentError);
      });
}

/// Squares of 10²⁰⁰ are infinite, and 0 has no direction.
TEST(ClipGradients, OfHugeAndOfNone) {
  const auto g = normal({6}, "huge");
  const auto made = clip_gradients({1e200 * g.slice(0, 0, 2), 1e200 * g.slice(0, 2)}, 2);
  EXPECT_CLOSE(torch::cat(made.gradients), 2 * g / g.norm(), rtol(1e-9));
  EXPECT_CLOSE(made.norm, 1e200 * g.norm().item<double>(), rtol(1e-9));
  const auto none = clip_gradients({zeros({3}), zeros({2, 2})}, 1);
  EXPECT_EQ(none.norm, 0);
  EXPECT_CLOSE(none.gradients.at(1), zeros({2, 2}), atol(0.0));
}

TEST(ClipGradients, RefusesANormOfZero) {
  const auto g = normal({3}, "g");
  between_right_answers(
      [&] { EXPECT_CLOSE(clip_gradients({g}, 1e-3).gradients.at(0), 1e-3 * g / g.norm(), rtol(1e-11)); },
      [&] {
        EXPECT_THROW(clip_gradients({g}, 0), StudentError);
        EXPECT_THROW(clip_gradients({g}, -1), StudentError);
        EXPECT_THROW(clip_gradients({}, 1), StudentError);
      });
}

/// Each gate by itself: its block of the biases moved by a number of its own.
TEST(LstmStep, GateByGate) {
  const Case one{1, 2, 3, 4};
  const auto x = one.x("gate")[0];
  const LstmState state{one.state("gate h"), one.state("gate c")};
  for (int64_t gate = 0; gate < 4; ++gate) {
    auto cell = cell_of(4, one, "gate");
    cell.recurrent_bias.slice(0, 4 * gate, 4 * gate + 4) += 3;
    const auto [h, c] = at::lstm_cell(x, {state.h, state.c}, cell.input, cell.recurrent, cell.input_bias,
                                      cell.recurrent_bias);
    const auto made = lstm_step(x, state, cell);
    EXPECT_CLOSE(made.c, c, atol(1e-13)) << "gate " << gate;
    EXPECT_CLOSE(made.h, h, atol(1e-13)) << "gate " << gate;
  }
}

TEST(LstmRun, InSinglePrecisionAndFarOut) {
  const Case one{4, 2, 3, 5};
  const LstmState state{one.state("LSTM single h"), one.state("LSTM single c")};
  const auto cell = cell_of(4, one, "LSTM single");
  const auto x = one.x("LSTM single");
  const auto single = [](const Tensor& t) { return t.to(torch::kFloat32); };
  const auto made = lstm_run(
      single(x), {single(state.h), single(state.c)},
      {single(cell.input), single(cell.recurrent), single(cell.input_bias), single(cell.recurrent_bias)});
  EXPECT_CLOSE(made.outputs, single(reference_lstm(x, state, cell).outputs), atol(1e-5));
  const auto far = lstm_run(1e4 * x, state, cell);
  EXPECT_CLOSE(far.outputs, reference_lstm(1e4 * x, state, cell).outputs, atol(1e-9)) << "saturated gates";
}

/// As the training of task 15 needs it.
TEST(LstmRun, CanBeDifferentiated) {
  const auto slopes = STUDENT(rnn::lstm_slopes, "_, _, _, _ -> _");
  const Case one{4, 2, 3, 2};
  const LstmState state{one.state("slopes h"), one.state("slopes c")}, none{zeros({2, 2}), zeros({2, 2})};
  const auto x = one.x("slopes"), g = one.gradient("slopes");
  const auto cell = cell_of(4, one, "slopes");
  const auto made = slopes(x, state, cell, g), expected = reference_slopes(x, state, cell, g, none);
  ASSERT_EQ(made.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_CLOSE(made[i], expected[i], atol(1e-12)) << "argument " << i;
}

/// By LibTorch's LSTM: half of 5,000 tokens up, the other half down, and at the end 10,000 in all.
TEST(CountingCell, ForTenThousandSteps) {
  const auto cell = counting_cell(2);
  const auto up =
      torch::cat({vector({1, 0}).expand({5000, 2}), vector({0, 1}).expand({5000, 2})}).unsqueeze(1);
  const auto half = reference_lstm(up.slice(0, 0, 5000), {zeros({1, 1}), zeros({1, 1})}, cell);
  EXPECT_CLOSE(half.last.c.item<double>(), 5000.0, atol(1e-9));
  EXPECT_CLOSE(reference_lstm(up.slice(0, 5000), half.last, cell).last.c.item<double>(), 0.0, atol(1e-9));
}

/// The reset gate acts on U h + b', after the product and its bias.
TEST(GruStep, ResetsAfterTheProduct) {
  const Case one{1, 2, 3, 4};
  const auto x = one.x("reset")[0], h = 3 * one.state("reset");
  auto cell = cell_of(3, one, "reset");
  cell.recurrent_bias = cell.recurrent_bias + gates({0, 0, 2}, 4);
  for (const double bias : {-50.0, -1.0, 50.0}) {
    cell.input_bias = gates({bias, 0.2, 0.1}, 4);
    EXPECT_CLOSE(gru_step(x, h, cell),
                 at::gru_cell(x, h, cell.input, cell.recurrent, cell.input_bias, cell.recurrent_bias),
                 atol(1e-13))
        << "r near σ(" << bias << ")";
  }
}

TEST(GruRun, OfOneStepAndOfSinglePrecision) {
  const Case one{1, 1, 1, 1};
  const auto x = one.x("least"), h = one.state("least");
  const auto cell = cell_of(3, one, "least");
  EXPECT_CLOSE(gru_run(x, h, cell), reference_gru(x, h, cell), atol(1e-13));
  const auto single = [](const Tensor& t) { return t.to(torch::kFloat32); };
  const auto made = gru_run(
      single(x), single(h),
      {single(cell.input), single(cell.recurrent), single(cell.input_bias), single(cell.recurrent_bias)});
  EXPECT_CLOSE(made, single(reference_gru(x, h, cell)), atol(1e-5));
}

/// Gradients of the last state alone, of the outputs alone.
TEST(LstmGradient, OfTheLastStateAlone) {
  const Case one{5, 2, 3, 4};
  const LstmState state{one.state("alone h"), one.state("alone c")};
  const auto x = one.x("alone");
  const auto cell = cell_of(4, one, "alone");
  const auto none = zeros({2, 4});
  for (const bool cells : {true, false}) {
    const auto g = one.state("alone last");
    const LstmState last{cells ? none : g, cells ? g : none};
    const auto made = lstm_gradient(x, state, cell, zeros({5, 2, 4}), last);
    const auto expected = reference_slopes(x, state, cell, zeros({5, 2, 4}), last);
    EXPECT_CLOSE(made.x, expected[0], atol(1e-12)) << (cells ? "of c" : "of h");
    EXPECT_CLOSE(made.recurrent, expected[4], atol(1e-12)) << (cells ? "of c" : "of h");
    EXPECT_CLOSE(made.recurrent_bias, expected[6], atol(1e-12)) << (cells ? "of c" : "of h");
  }
}

/// 7 steps in pieces of 3: the last has one.
TEST(TruncatedGradient, WithAShorterEnd) {
  const Case one{7, 2, 3, 4};
  const auto x = one.x("shorter"), h = one.state("shorter"), g = one.gradient("shorter");
  const auto cell = cell_of(1, one, "shorter");
  const auto made = truncated_gradient(x, h, cell, g, 3), expected = reference_truncated(x, h, cell, g, 3);
  EXPECT_CLOSE(made.recurrent, expected.recurrent, atol(1e-12));
  EXPECT_CLOSE(made.x, expected.x, atol(1e-12));
  EXPECT_CLOSE(made.state, expected.state, atol(1e-12)) << "by the state: of the first piece";
}

TEST(TruncatedGradient, RefusesNoContext) {
  const Case one{3, 2, 2, 2};
  const auto x = one.x("none"), h = one.state("none"), g = one.gradient("none");
  const auto cell = cell_of(1, one, "none");
  between_right_answers(
      [&] {
        EXPECT_CLOSE(truncated_gradient(x, h, cell, g, 2).input, reference_truncated(x, h, cell, g, 2).input,
                     atol(1e-12));
      },
      [&] { EXPECT_THROW(truncated_gradient(x, h, cell, g, 0), StudentError); });
}

/// Sums of slopes over sequences; and what is not square: one step, one number of state.
TEST(OnlineGradients, OfTheSmallestSizes) {
  for (const auto& one : {Case{1, 2, 3, 4}, Case{5, 1, 1, 1}}) {
    const auto x = one.x("small"), h = one.state("small"), g = one.gradient("small");
    const auto cell = cell_of(1, one, "small");
    EXPECT_CLOSE(online_gradients(x, h, cell, g)[one.T - 1], reference_gradient(x, h, cell, g).recurrent,
                 atol(1e-12));
  }
}

}  // namespace
