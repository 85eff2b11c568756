// Sampling, encoder and decoder, attention, and the character model: the edges.
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "assignments/11-rnn/calls.h"
#include "assignments/11-rnn/models.h"
#include "assignments/11-rnn/problems.h"

namespace {

using namespace spinlab;
using namespace rnn::problems;
using rnn::ModelOptions;

/// p = 0 stays 0, p^(1/T) of 10⁻³ at T = 0.005 is 10⁻⁶⁰⁰, and the largest need not be large.
TEST(Tempered, OfZerosAndAtLowTemperature) {
  EXPECT_CLOSE(tempered(vector({0, 0.25, 0.75, 0}), 2),
               vector({0, 0.5, std::sqrt(0.75), 0}) / (0.5 + std::sqrt(0.75)), rtol(1e-12));
  auto p = torch::full({1000}, 1e-3, torch::kFloat64);
  p[3] = 1.2e-3;
  EXPECT_CLOSE(tempered(p / p.sum(), 0.005)[3].item<double>(), 1.0, atol(1e-9));
  EXPECT_CLOSE(tempered(p / p.sum(), 1e-4).sum().item<double>(), 1.0, atol(1e-12));
}

TEST(Tempered, RefusesNegativeTemperatures) {
  const auto p = vector({0.2, 0.8});
  between_right_answers([&] { EXPECT_CLOSE(tempered(p, 0.5), vector({0.04, 0.64}) / 0.68, rtol(1e-12)); },
                        [&] { EXPECT_THROW(tempered(p, -1), StudentError); });
}

TEST(Generate, RefusesAnEmptyPrompt) {
  auto model = recorder(4, 3, "refuses");
  const auto state = normal({3}, "refuses state");
  const auto none = torch::empty({0}, torch::kLong), one = torch::tensor({int64_t{2}});
  between_right_answers([&] { EXPECT_CLOSE(generate(asks(model), state, one, 0, 1, 5), one, atol(0.0)); },
                        [&] {
                          EXPECT_THROW(generate(asks(model), state, none, 3, 1, 5), StudentError);
                          EXPECT_THROW(generate(asks(model), state, one, -1, 1, 5), StudentError);
                          EXPECT_THROW(generate(asks(model), state, one, 3, -1, 5), StudentError);
                        });
  not_called_again("the model counts what it reads");
}

/// 40 tokens, of 5 alike: the same twice by chance with a probability of 5^(−40).
TEST(Generate, TheSeedDecides) {
  const rnn::Reader read = [](int64_t, const Tensor& state) { return rnn::Step{zeros({5}) + 0.2, state}; };
  const auto prompt = torch::tensor({int64_t{1}, int64_t{4}});
  const auto with = [&](int64_t seed) { return generate(read, zeros({2}), prompt, 40, 1, seed); };
  const auto first = with(11);
  EXPECT_CLOSE(with(11), first, atol(0.0));
  EXPECT_CLOSE(first.slice(0, 0, 2), prompt, atol(0.0));
  EXPECT_FALSE(with(12).equal(first)) << "seeds 11 and 12";
  EXPECT_FALSE(with(11 + (1 << 16)).equal(first)) << "seeds 11 and 65,547";
  EXPECT_GT(first.slice(0, 2).max().item<int64_t>(), first.slice(0, 2).min().item<int64_t>())
      << "tokens alike";
}

/// Another state is another past.
TEST(Generate, BeginsInTheGivenState) {
  auto model = recorder(6, 5, "given");
  const auto prompt = torch::tensor({int64_t{3}});
  for (const char* purpose : {"one state", "other state"}) {
    const auto state = 3 * normal({5}, purpose);
    auto again = recorder(6, 5, "given");
    const auto best = again(3, state).probabilities.argmax().item<int64_t>();
    EXPECT_EQ(generate(asks(model), state, prompt, 1, 0, 1)[1].item<int64_t>(), best) << purpose;
  }
  not_called_again("the model counts what it reads");
}

TEST(TeacherForced, OfLongSequences) {
  const auto p = translator_of(4, 2, 3, "long");
  const auto source = tokens_of(2, 40, 4, "long source"), answer = tokens_of(2, 30, 4, "long answer");
  EXPECT_CLOSE(teacher_forced(source, answer, p), reference_logits(source, answer, p), atol(1e-11));
}

TEST(GreedyAnswer, RefusesNoLength) {
  const auto p = translator_of(4, 2, 3, "no length");
  const auto source = tokens_of(2, 3, 4, "no length source");
  between_right_answers(
      [&] {
        const auto made = greedy_answer(source, 1, p);
        EXPECT_CLOSE(made, reference_logits(source, made, p).argmax(2), atol(0.0));
      },
      [&] { EXPECT_THROW(greedy_answer(source, 0, p), StudentError); });
}

/// Differences decide: 10⁶ added to each score, by a number that all of the memory shares.
TEST(Alignment, OfHugeScores) {
  const auto states = torch::cat({normal({2, 3, 3}, "huge states"), zeros({2, 3, 1}) + 1000}, 2),
             memory = torch::cat({normal({2, 5, 3}, "huge memory"), zeros({2, 5, 1}) + 1000}, 2);
  const auto lengths = torch::tensor({int64_t{5}, int64_t{3}});
  EXPECT_CLOSE(alignment(states, memory, lengths),
               reference_alignment(states.slice(2, 0, 3), memory.slice(2, 0, 3), lengths), atol(1e-8));
}

/// Scores of −10⁵ in the sentence are larger than nothing.
TEST(Alignment, OfLowScoresBeforePadding) {
  const auto states = zeros({1, 2, 1}) + 1, memory = vector({-1e5, -1e5 - 1, 3}).view({1, 3, 1});
  const auto made = alignment(states, memory, torch::tensor({int64_t{2}}));
  const double first = 1 / (1 + std::exp(-1.0));
  EXPECT_CLOSE(made, vector({first, 1 - first, 0}).view({1, 1, 3}).expand({1, 2, 3}), atol(1e-10));
}

TEST(Alignment, RefusesLengthsThatDoNotFit) {
  const auto states = normal({2, 2, 3}, "fit states"), memory = normal({2, 4, 3}, "fit memory");
  const auto lengths = [](int64_t a, int64_t b) { return torch::tensor({a, b}); };
  between_right_answers(
      [&] {
        EXPECT_CLOSE(alignment(states, memory, lengths(4, 1)),
                     reference_alignment(states, memory, lengths(4, 1)), atol(1e-13));
      },
      [&] {
        EXPECT_THROW(alignment(states, memory, lengths(4, 5)), StudentError);
        EXPECT_THROW(alignment(states, memory, lengths(0, 2)), StudentError);
      });
}

TEST(Attended, DoesNotSeePadding) {
  const auto states = normal({3, 2, 4}, "unseen states"), memory = normal({3, 5, 4}, "unseen memory"),
             W = normal({2, 8}, "unseen W");
  const auto lengths = torch::tensor({int64_t{1}, int64_t{5}, int64_t{3}});
  const auto context = reference_alignment(states, memory, lengths).matmul(memory);
  EXPECT_CLOSE(attended(states, padded(memory, lengths), lengths, W),
               at::linear(torch::cat({context, states}, 2), W).tanh(), atol(1e-12));
}

/// Of N numbers uniform in ±1 the mean square is off 1/3 by more than 6 √(4/45 N) with a probability of 2e-9,
/// the mean by more than 6/√(3 N); normal ones by 6 √(2/N) and 6/√N. Of two independent matrices of N numbers
/// of variance v, v' the mean product is off 0 by 6 √(v v'/N). That none of 8,192 uniform numbers lies beyond
/// 0.99 has a probability of 0.99^8192 < 1e-35.
TEST(MakeCharacterModel, DrawsItsWeights) {
  const ModelOptions options{.vocabulary = 40, .embedding = 32, .hidden = 64, .seed = seed("weights")};
  const auto parameters = make_character_model(options).named_parameters();
  ASSERT_EQ(parameters.size(), 7U);
  const auto at = [&](std::size_t i) { return parameters[i].second.to(torch::kFloat64).flatten(); };
  const auto near = [](const Tensor& values, double expected, double error, const char* what) {
    EXPECT_CLOSE(values.mean().item<double>(), expected,
                 atol(6 * error / std::sqrt(static_cast<double>(values.numel()))))
        << what;
  };
  near(at(0), 0, 1, "mean of the embedding");
  near(at(0).square(), 1, std::sqrt(2.0), "variance of the embedding");
  near(at(0).pow(4), 3, std::sqrt(96.0), "fourth moment of the embedding");
  for (const std::size_t i : {1, 2, 5}) {
    const auto standard = 8 * at(i);
    near(standard, 0, std::sqrt(1.0 / 3), "mean of uniform weights");
    near(standard.square(), 1.0 / 3, std::sqrt(4.0 / 45), "mean square of uniform weights");
    EXPECT_LE(standard.abs().max().item<double>(), 1 + 1e-6) << "parameter " << i;
    if (i < 5) EXPECT_GT(standard.abs().max().item<double>(), 0.99) << "parameter " << i;
  }
  near(64 * at(1) * at(2).slice(0, 0, at(1).numel()), 0, 1.0 / 3, "input and recurrent weights together");
}

TEST(MakeCharacterModel, OpensTheForgetGateOnce) {
  const auto parameters =
      make_character_model({.vocabulary = 6, .embedding = 2, .hidden = 5, .seed = 1}).named_parameters();
  ASSERT_EQ(parameters.size(), 7U);
  EXPECT_CLOSE(parameters[3].second, gates({0, 1, 0, 0}, 5).to(torch::kFloat32), atol(0.0)) << "input_bias";
  EXPECT_CLOSE(parameters[4].second, torch::zeros({20}), atol(0.0)) << "recurrent_bias";
  EXPECT_CLOSE(parameters[6].second, torch::zeros({6}), atol(0.0)) << "the last layer's";
}

TEST(MakeCharacterModel, TheSeedAloneDecides) {
  const auto numbers = [](int64_t seed) {
    std::vector<Tensor> all;
    for (const auto& [name, value] :
         make_character_model({.vocabulary = 5, .embedding = 4, .hidden = 3, .seed = seed})
             .named_parameters())
      all.push_back(value.flatten());
    return torch::cat(all);
  };
  const auto first = numbers(3);
  EXPECT_CLOSE(numbers(3), first, atol(0.0));
  for (const int64_t other : {4, 3 + 97, 3 + (1 << 16)})
    EXPECT_GT((numbers(other) - first).abs().max().item<double>(), 0.02) << "seeds 3 and " << other;
}

/// Ten times as long as any sequence of a training, and sequences know nothing of those before them.
TEST(MakeCharacterModel, ReadsLongSequencesAndForgetsThem) {
  const auto model = make_character_model({.vocabulary = 5, .embedding = 3, .hidden = 4, .seed = 2});
  const auto state = drawn_state(model, "long model");
  model.load(in_single_precision(state));
  const auto tokens = tokens_of(2, 500, 5, "long tokens");
  const auto expected = reference_model(state, tokens).to(torch::kFloat32);
  EXPECT_CLOSE(model.forward(tokens), expected, atol(1e-4));
  EXPECT_CLOSE(model.forward(tokens.slice(1, 0, 3).contiguous()), expected.slice(1, 0, 3), atol(1e-4))
      << "after another text";
}

TEST(MakeCharacterModel, RefusesBadSizes) {
  between_right_answers(
      [] {
        const auto model = make_character_model({.vocabulary = 5, .embedding = 3, .hidden = 4, .seed = 2});
        const auto state = drawn_state(model, "sizes");
        model.load(in_single_precision(state));
        const auto tokens = tokens_of(2, 3, 5, "sizes tokens");
        EXPECT_CLOSE(model.forward(tokens), reference_model(state, tokens).to(torch::kFloat32), atol(3e-5));
      },
      [] {
        EXPECT_THROW(make_character_model({.vocabulary = 5, .embedding = 3, .hidden = 0, .seed = 2}),
                     StudentError);
        EXPECT_THROW(make_character_model({.vocabulary = 5, .embedding = 3, .hidden = 4, .seed = -1}),
                     StudentError);
        const auto model = make_character_model({.vocabulary = 5, .embedding = 3, .hidden = 4, .seed = 2});
        EXPECT_THROW(model.forward(torch::empty({2, 0}, torch::kLong)), StudentError);
      });
}

/// Two of three trainings must pass. Of 60 by the master none failed; of 12 by master and variants the loss
/// was 0.03 ± 0.01 nats, 0.05 at most. One that does not remember stays at 1.39, so the bar may be anywhere
/// between.
TEST(FitText, RemembersAMarker) {
  const auto drawn = rnn::data::recalled(derive_seed(check_seed(), "text"));
  EXPECT_LT(judged(drawn.text, drawn.query), 0.7) << "nats behind a query; of four markers alike 1.39";
}

}  // namespace
