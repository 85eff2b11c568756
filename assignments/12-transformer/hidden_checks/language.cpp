// Loss, sampling, cache, induction and linear attention: the edges of each definition.
#include <cmath>
#include <vector>

#include "assignments/12-transformer/calls.h"
#include "assignments/12-transformer/models.h"
#include "assignments/12-transformer/problems.h"

namespace {

using namespace spinlab;
using namespace transformer::problems;
using transformer::ModelOptions;
using transformer::ModelShape;

TEST(NextTokenLoss, OfLargeLogits) {
  const auto logits = 1e4 * normal({2, 4, 3}, "large logits");
  const auto tokens = integers(8, 3, "large tokens").view({2, 4});
  EXPECT_CLOSE(next_token_loss(logits, tokens, 7), losses(logits, tokens).mean(), rtol(1e-12) + atol(1e-9));
  EXPECT_CLOSE(next_token_loss(logits.slice(1, 0, 2).contiguous(), tokens.slice(1, 0, 2).contiguous(), 7),
               losses(logits.slice(1, 0, 2), tokens.slice(1, 0, 2)).mean(), rtol(1e-12) + atol(1e-9));
}

TEST(NextTokenLoss, TheLastLogitsPredictNothing) {
  auto logits = normal({2, 5, 4}, "last logits");
  const auto tokens = integers(10, 4, "last tokens").view({2, 5});
  const auto expected = losses(logits, tokens).mean();
  logits.select(1, 4).copy_(1e3 * normal({2, 4}, "other"));
  EXPECT_CLOSE(next_token_loss(logits, tokens, -1), expected, atol(1e-12));
}

/// A token that is not to be predicted is read nevertheless; it may be no token at all.
TEST(NextTokenLoss, IgnoresTargetsNotInputs) {
  const auto logits = normal({1, 5, 3}, "ignored");
  auto tokens = integers(5, 3, "ignored tokens").view({1, 5});
  const auto all = losses(logits, tokens)[0];
  tokens[0][0] = tokens[0][3] = -100;
  const auto kept = torch::stack({all[0], all[1], all[3]}).mean();
  EXPECT_CLOSE(next_token_loss(logits, tokens, -100), kept, atol(1e-13));
}

TEST(NextTokenLoss, RefusesWhereNothingIsPredicted) {
  const auto logits = normal({2, 3, 4}, "nothing left");
  const auto tokens = integers(6, 3, "nothing tokens").view({2, 3});
  auto ignored = tokens.clone();
  ignored.slice(1, 1).fill_(3);
  between_right_answers(
      [&] { EXPECT_CLOSE(next_token_loss(logits, tokens, 3), losses(logits, tokens).mean(), atol(1e-13)); },
      [&] {
        EXPECT_THROW(next_token_loss(logits, ignored, 3), StudentError);
        EXPECT_THROW(
            next_token_loss(logits.slice(1, 0, 1).contiguous(), tokens.slice(1, 0, 1).contiguous(), 3),
            StudentError);
      });
}

/// Equal logits: the first ones stay, whichever dial cuts.
TEST(TokenProbabilities, OfEqualLogitsKeepTheFirst) {
  const auto logits = vector({0, 2, 2, -1, 2, 2});
  EXPECT_CLOSE(token_probabilities(logits, {.top_k = 2}), vector({0, .5, .5, 0, 0, 0}), atol(1e-14));
  EXPECT_CLOSE(token_probabilities(zeros({5}), {.top_p = 0.5}), vector({1, 1, 1, 0, 0}) / 3, atol(1e-14));
}

/// Top-p takes its part of what top-k left, at the temperature that was asked for.
TEST(TokenProbabilities, OfAllDialsInTheirOrder) {
  const auto logits = 2 * vector({.4, .1, .3, .2}).log();
  const transformer::SamplingOptions both{.temperature = 2, .top_k = 3, .top_p = 0.77};
  EXPECT_CLOSE(token_probabilities(logits, both), vector({4.0 / 7, 0, 3.0 / 7, 0}), atol(1e-12));
  EXPECT_CLOSE(token_probabilities(logits, {.temperature = 2, .top_k = 9, .top_p = 0.77}),
               vector({4, 0, 3, 2}) / 9, atol(1e-12));
  EXPECT_CLOSE(token_probabilities(logits, {.temperature = 2, .top_p = 1e-9}), vector({1, 0, 0, 0}),
               atol(1e-14));
}

/// At least the part: where the first ones have it to the last bit, no other stays. Halves and quarters.
TEST(TokenProbabilities, OfAPartThatIsReached) {
  EXPECT_CLOSE(token_probabilities(zeros({2}), {.top_p = 0.5}), vector({1, 0}), atol(1e-14));
  EXPECT_CLOSE(token_probabilities(zeros({4}), {.top_p = 0.75}), vector({1, 1, 1, 0}) / 3, atol(1e-14));
  EXPECT_CLOSE(token_probabilities(vector({0, 7, 0, 7}), {.top_k = 2, .top_p = 0.5}), vector({0, 1, 0, 0}),
               atol(1e-14));
  EXPECT_CLOSE(token_probabilities(zeros({4}), {.top_p = 0.51}), vector({1, 1, 1, 0}) / 3, atol(1e-14));
}

TEST(TokenProbabilities, OfHugeLogitsAndTinyTemperatures) {
  const auto logits = vector({1e5, 1e5 - 1, -1e5});
  EXPECT_CLOSE(token_probabilities(logits, {}), at::softmax(logits, 0), atol(1e-12));
  EXPECT_CLOSE(token_probabilities(logits, {.temperature = 1e-6}), vector({1, 0, 0}), atol(1e-14));
  EXPECT_CLOSE(token_probabilities(vector({-1, 3, 3}), {.temperature = 1e-6}), vector({0, .5, .5}),
               atol(1e-14));
  EXPECT_CLOSE(token_probabilities(zeros({1}) - 4, {.top_k = 1, .top_p = 0.3}), vector({1}), atol(0.0));
}

/// The model takes no more than its context, and gets all of it: the last tokens, in their order.
TEST(Generate, HandsOnTheLastTokens) {
  const int64_t context = 4;
  std::vector<Tensor> asked;
  const auto model = [&](const Tensor& tokens) {
    asked.push_back(tokens.clone());
    return at::one_hot((tokens + tokens[0]).add(1).remainder(6), 6).to(torch::kFloat64);
  };
  const auto made =
      generate(model, torch::tensor({int64_t{2}, int64_t{5}}), 6, context, {.temperature = 0}, 3);
  auto expected = torch::tensor({int64_t{2}, int64_t{5}});
  for (int i = 0; i < 6; ++i) {
    const auto seen = expected.slice(0, std::max<int64_t>(expected.size(0) - context, 0));
    ASSERT_LT(i, static_cast<int>(asked.size()));
    EXPECT_CLOSE(asked[i], seen, atol(0.0)) << "what the model was asked for token " << i;
    expected = torch::cat({expected, (seen[-1] + seen[0]).add(1).remainder(6).view({1})});
  }
  EXPECT_CLOSE(made, expected, atol(0.0));
  asked.clear();
  const auto prompt = torch::arange(7).remainder(6);
  generate(model, prompt, 1, context, {.temperature = 0}, 3);
  EXPECT_CLOSE(asked.at(0), prompt.slice(0, 3), atol(0.0)) << "a prompt that is longer than the context";
}

TEST(Generate, TheSeedDecides) {
  const auto table = zeros({8, 8});
  const auto prompt = torch::tensor({int64_t{1}});
  const auto first = generate(chain(table), prompt, 40, 5, {}, 4);
  EXPECT_CLOSE(generate(chain(table), prompt, 40, 5, {}, 4), first, atol(0.0));
  for (const int64_t other : {5, 4 + 97, 4 + (1 << 16)})
    EXPECT_GT(first.ne(generate(chain(table), prompt, 40, 5, {}, other)).sum().item<int64_t>(), 10)
        << "seeds 4 and " << other;
  EXPECT_CLOSE(generate(chain(table), prompt, 0, 5, {}, 4), prompt, atol(0.0));
}

/// Of 1,500 equally likely tokens of two, those a few places apart are equal as often as not, each time by
/// itself: a binomial number. By Hoeffding it is off by more than 6 deviations, √1500/2 each, with a
/// probability below 2e⁻¹⁸, 3.1e-8, for each of four distances: 1.3e-7.
TEST(Generate, DrawsIndependently) {
  const int64_t count = 1500;
  const auto drawn = generate([](const Tensor& tokens) { return zeros({tokens.size(0), 2}); },
                              torch::tensor({int64_t{0}}), count, 1, {}, seed("independent"))
                         .slice(0, 1);
  for (const int64_t apart : {1, 2, 3, 7}) {
    const auto pairs = count - apart;
    const auto equal = drawn.slice(0, apart).eq(drawn.slice(0, 0, pairs)).sum().item<double>();
    EXPECT_LT(std::abs(equal - 0.5 * static_cast<double>(pairs)), 3 * std::sqrt(static_cast<double>(pairs)))
        << equal << " of " << pairs << " pairs of tokens " << apart << " apart are equal";
  }
}

/// In pieces of 3, 1 and 4, with fewer heads of keys.
TEST(CachedAttention, InPiecesOfAnySize) {
  const auto x = normal({1, 8, 6}, "pieces");
  const auto parameters = heads_of(4, 2, 4, 6, 6, "pieces");
  const auto expected = reference_heads(x, x, parameters, 4, 2, causal(8), true);
  transformer::Cache cache{zeros({1, 2, 0, 4}), zeros({1, 2, 0, 4})};
  int64_t from = 0;
  for (const int64_t size : {3, 1, 4}) {
    const auto piece = x.slice(1, from, from + size).contiguous();
    const auto made = cached_attention(piece, parameters, 4, 2, cache);
    EXPECT_CLOSE(made.output, expected.slice(1, from, from + size), atol(1e-12)) << "from place " << from;
    cache = made.cache;
    from += size;
  }
}

/// Rotated keys and plain values, of all places so far.
TEST(CachedAttention, KeepsKeysAndValues) {
  const auto x = normal({2, 3, 5}, "kept");
  const auto p = heads_of(2, 1, 4, 5, 5, "kept");
  const transformer::Cache before{normal({2, 1, 6, 4}, "old keys"), normal({2, 1, 6, 4}, "old values")};
  const auto made = cached_attention(x, p, 2, 1, before).cache;
  EXPECT_CLOSE(made.keys.slice(2, 0, 6), before.keys, atol(0.0));
  EXPECT_CLOSE(made.values.slice(2, 0, 6), before.values, atol(0.0));
  EXPECT_CLOSE(made.keys.select(1, 0).slice(1, 6), turned(at::linear(x, p.key, p.key_bias), 6), atol(1e-12));
  EXPECT_CLOSE(made.values.select(1, 0).slice(1, 6), at::linear(x, p.value, p.value_bias), atol(1e-12));
}

/// One token costs the same either way. A long text: nothing is counted in 32 bits.
TEST(GenerationFlops, OfOneTokenAndOfALongText) {
  const ModelShape shape{3, 12, 6, 2, 20, 11, 5000};
  EXPECT_EQ(generation_flops(shape, 1, true), operations(products(shape, 1)));
  EXPECT_EQ(generation_flops(shape, 1, false), operations(products(shape, 1)));
  const int64_t linear = 2 * (3 * (2 * 144 + 2 * 12 * 4 + 2 * 240) + 132), t = 5000;
  EXPECT_EQ(generation_flops(shape, t, true), t * linear + 4 * 3 * 12 * t * (t + 1) / 2);
  EXPECT_EQ(generation_flops(shape, t, false),
            t * (t + 1) / 2 * linear + 4 * 3 * 12 * t * (t + 1) * (2 * t + 1) / 6);
}

/// At 0 all places count alike: how often each token came so far. The first place sees itself.
TEST(InductionHead, WithoutSharpnessCounts) {
  const auto tokens = integers(14, 3, "counted").view({2, 7});
  const auto frequencies = at::one_hot(tokens, 3).to(torch::kFloat64).cumsum(1) /
                           torch::arange(1, 8, torch::kFloat64).view({7, 1});
  EXPECT_CLOSE(induction_head(tokens, 3, 0), frequencies, atol(1e-13));
}

/// a b a c a: after the last a, b and c are equally likely. a a a a: nothing but a.
TEST(InductionHead, AveragesOverAllThatFollowed) {
  const auto made =
      induction_head(torch::tensor({{int64_t{0}, int64_t{1}, int64_t{0}, int64_t{2}, int64_t{0}}}), 4, 80);
  EXPECT_CLOSE(made[0][4], vector({0, .5, .5, 0}), atol(1e-12));
  EXPECT_CLOSE(made[0][2], vector({0, 1, 0, 0}), atol(1e-12));
  EXPECT_CLOSE(made[0][0], vector({1, 0, 0, 0}), atol(1e-12));
  EXPECT_CLOSE(made[0][1], vector({.5, .5, 0, 0}), atol(1e-12))
      << "a token that is new sees everything alike";
}

/// e^(10⁴) is no number. What followed the same token is all that counts.
TEST(InductionHead, OfAHugeSharpness) {
  const auto tokens = torch::tensor({{int64_t{2}, int64_t{0}, int64_t{1}, int64_t{2}, int64_t{0}}});
  auto expected = zeros({5, 3});
  expected[0][2] = 1;
  expected[1].copy_(vector({.5, 0, .5}));
  expected[2].fill_(1.0 / 3);
  expected[3][0] = expected[4][1] = 1;
  EXPECT_CLOSE(induction_head(tokens, 3, 1e4)[0], expected, atol(1e-12));
}

TEST(InductionScore, RefusesWhereNothingComesTwice) {
  const auto weights = at::softmax(normal({1, 4, 4}, "twice"), -1);
  const auto tokens = torch::tensor({{int64_t{3}, int64_t{1}, int64_t{3}, int64_t{0}}});
  between_right_answers(
      [&] { EXPECT_CLOSE(induction_score(weights, tokens), weights[0][2][1].item<double>(), atol(1e-13)); },
      [&] { EXPECT_THROW(induction_score(weights, torch::arange(4).unsqueeze(0)), StudentError); });
}

/// 20,000 places, whose pairs would need 3 GB.
TEST(LinearAttention, OfALongText) {
  const int64_t t = 20'000;
  const auto keys =
      torch::stack({zeros({t}) + 1, torch::arange(t).remainder(2).to(torch::kFloat64)}, 1).unsqueeze(0);
  const auto queries = (zeros({1, t, 2}) + vector({2, -1})).contiguous(), values = zeros({1, t, 1}) + 0.5;
  const auto made = linear_attention(queries, keys, values, zeros({1, 2, 1}) + 3);
  const auto places = torch::arange(1, t + 1, torch::kFloat64);
  const auto odd = (places / 2).floor();
  EXPECT_CLOSE(made.output.flatten(), 2 * (3 + 0.5 * places) - (3 + 0.5 * odd), atol(1e-8));
  EXPECT_CLOSE(made.state.flatten(), vector({3 + 0.5 * t, 3 + 0.25 * t}), atol(1e-8));
}

/// 4,200 places with a state of 256 × 256: all states would need 2.2 GB, all pairs 0.14.
TEST(LinearAttention, OfManyFeatures) {
  not_called_again("a fourth of a billion products");
  const int64_t t = 4200, d = 256;
  const auto k = normal({1, t, d}, "many keys"), v = normal({1, t, d}, "many values");
  const auto made = linear_attention(k, k, v, zeros({1, d, d}));
  EXPECT_CLOSE(made.state[0], k[0].t().matmul(v[0]), atol(1e-9));
  const auto last = k[0].slice(0, t - 1);
  EXPECT_CLOSE(made.output[0].slice(0, t - 1), last.matmul(k[0].t()).matmul(v[0]), atol(1e-8));
}

/// One dimension, one example.
TEST(DescentHead, OfOneExample) {
  const auto head = descent_head(1, 1, 0.25);
  const auto z = vector({2, 3}), question = vector({5, 0});
  const auto step = [&](const Tensor& token) {
    const auto product = head.key.mv(z).dot(head.query.mv(token));
    return token + head.output.mv(head.value.mv(z)) * product;
  };
  EXPECT_CLOSE(step(question), vector({5, -7.5}), atol(1e-13));  // w' = 0.25 · 3 · 2
  EXPECT_CLOSE(step(z), vector({2, 0}), atol(1e-13));
}

/// One dimension has a fourth moment of 3; without end of examples C is the identity, and noise means
/// caution.
TEST(BestRate, AtItsLimits) {
  EXPECT_CLOSE(best_rate(1, 1, 0), 1.0 / 3, rtol(1e-13));
  EXPECT_CLOSE(best_rate(5, 1'000'000'000, 0), 1.0, atol(1e-8));
  EXPECT_CLOSE(best_rate(3, 4, 8), 0.25, rtol(1e-13));
}

}  // namespace
