// Attention, masks, heads and their gradients: the edges of each definition.
#include <cmath>
#include <vector>

#include "assignments/12-transformer/calls.h"
#include "assignments/12-transformer/problems.h"

namespace {

using namespace spinlab;
using namespace transformer::problems;

/// e^(10⁶) is no number, and the ratio of two of them is.
TEST(AttentionWeights, OfHugeScores) {
  const auto queries = normal({2, 3, 4}, "huge queries");
  const auto keys = 1e6 * normal({2, 5, 4}, "huge keys");
  EXPECT_CLOSE(attention_weights(queries, keys), at::softmax(scores(queries, keys), -1), atol(1e-7));
  EXPECT_CLOSE(attention_weights(zeros({1, 2, 3}) + 1e4, zeros({1, 4, 3}) - 1e2), zeros({1, 2, 4}) + 0.25,
               atol(1e-12));
}

/// A thousand widths away from all of the data the nearest point decides, and two that are equally near
/// share.
TEST(LocalMean, FarFromAllData) {
  const auto X = torch::cat({uniform({9, 1}, -1, 0.8, "far X"), zeros({1, 1}) + 1}),
             y = normal({10}, "far y");
  const double width = 1e-3;
  EXPECT_CLOSE(local_mean(X, y, zeros({1, 1}) + 3, width), y.slice(0, 9), atol(1e-6));
  const auto pair = vector({-1, 1}).unsqueeze(1), values = normal({2}, "pair");
  EXPECT_CLOSE(local_mean(pair, values, zeros({1, 1}), 1e-2), values.mean().view({1}), atol(1e-9));
  EXPECT_CLOSE(local_mean(pair, values, vector({1e3, -1e3}).unsqueeze(1), 1.0), values.flip(0), atol(1e-9));
}

/// Moved by a million widths together, the data have the same distances.
TEST(LocalMean, OfDataFarFromZero) {
  const auto X = normal({40, 2}, "moved X"), y = normal({40}, "moved y"), Z = normal({30, 2}, "moved Z");
  const auto kernel = (-(Z.unsqueeze(1) - X).square().sum(2) / 2).exp();
  EXPECT_CLOSE(local_mean(X + 1e6, y, Z + 1e6, 1), kernel.mv(y) / kernel.sum(1), atol(1e-6));
}

TEST(LocalMean, RefusesNoWidth) {
  const auto X = normal({6, 2}, "width X"), y = normal({6}, "width y"), Z = normal({3, 2}, "width Z");
  const auto right = [&] {
    const auto kernel = (-(Z.unsqueeze(1) - X).square().sum(2) / 2).exp();
    EXPECT_CLOSE(local_mean(X, y, Z, 1), kernel.mv(y) / kernel.sum(1), atol(1e-11));
  };
  between_right_answers(right, [&] {
    EXPECT_THROW(local_mean(X, y, Z, 0), StudentError);
    EXPECT_THROW(local_mean(X, y, Z, -0.5), StudentError);
  });
}

/// Without variance of their own the means of one side scale the other; without any variance there is none.
TEST(ScoreVariance, OfConstantsAndOfMeans) {
  EXPECT_CLOSE(score_variance(5, {3, 0}, {-2, 0}), 0.0, atol(0.0));
  EXPECT_CLOSE(score_variance(5, {3, 0}, {-2, 0.5}), 5 * 9 * 0.5, rtol(1e-13));
  EXPECT_CLOSE(score_variance(4, {-0.5, 2}, {3, 0}), 4 * 9 * 2.0, rtol(1e-13));
  EXPECT_CLOSE(score_variance(2, {0, 1e-6}, {1e3, 1e-6}), 2 * (1e-12 + 1.0), rtol(1e-12));
}

/// 0 ln 0 = 0: a weight of 0 adds nothing.
TEST(AttentionEntropy, OfZeroWeights) {
  auto weights = zeros({1, 3, 4});
  weights[0][0][2] = 1;
  weights[0][1].slice(0, 0, 2).fill_(0.5);
  weights[0][2].copy_(vector({0.5, 0.25, 0, 0.25}));
  EXPECT_CLOSE(attention_entropy(weights), (vector({0, 1, 1.5}) * std::log(2.0)).unsqueeze(0), atol(1e-13));
}

TEST(CausalMask, RefusesMoreQueriesThanPlaces) {
  between_right_answers([] { EXPECT_CLOSE(causal_mask(2, 4), everything(2, 4).tril(2), atol(0.0)); },
                        [] {
                          EXPECT_THROW(causal_mask(5, 4), StudentError);
                          EXPECT_THROW(causal_mask(0, 4), StudentError);
                        });
}

/// A key that may be looked at keeps all of the weight, however small its score is.
TEST(MaskedAttention, GivesHiddenKeysExactlyNothing) {
  const auto queries = zeros({1, 2, 4}) + 1;
  const auto keys = torch::stack({zeros({4}), zeros({4}) - 1e5, zeros({4}) + 10}).unsqueeze(0);
  const auto values = vector({1e12, 3, -1e12}).view({1, 3, 1});
  auto mask = torch::zeros({2, 3}, torch::kBool);
  mask.select(1, 1).fill_(true);
  EXPECT_CLOSE(masked_attention(queries, keys, values, mask), zeros({1, 2, 1}) + 3, atol(1e-12));
}

/// All queries at once.
TEST(MaskedAttention, OfAnEmptyMaskIsZero) {
  const auto queries = normal({2, 3, 4}, "empty queries"), keys = normal({2, 1, 4}, "empty keys"),
             values = normal({2, 1, 2}, "empty values");
  const auto nothing = torch::zeros({3, 1}, torch::kBool);
  EXPECT_CLOSE(masked_attention(queries, keys, values, everything(3, 1)), values.expand({2, 3, 2}),
               atol(1e-13));
  EXPECT_CLOSE(masked_attention(queries, keys, values, nothing), zeros({2, 3, 2}), atol(0.0));
}

/// As LibTorch's by autograd, with a row that may look at nothing: 0 comes back from there, and no NaN.
TEST(MaskedAttention, OfAnEmptyRowHasAGradient) {
  const auto slopes = STUDENT(transformer::masked_attention_slopes, "_, _, _, _, _ -> _");
  const Case one{2, 4, 3, 2, 5};
  const auto q = one.queries("slopes"), k = one.keys("slopes"), v = one.values("slopes");
  auto g = one.gradient("slopes"), mask = drawn_mask(4, 3, "slopes");
  const auto expected = [&] {
    auto others = g.clone();
    others.select(1, 2).zero_();
    return derivatives({q, k, v}, others,
                       [&](const auto& at) { return reference(at[0], at[1], at[2], mask); });
  }();
  auto blind = mask.clone();
  blind[2].fill_(false);
  const auto actual = slopes(q, k, v, blind, g);
  ASSERT_EQ(actual.size(), 3);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_CLOSE(actual[i], expected[i], atol(1e-12)) << "argument " << i;
}

/// By x and by all parameters.
TEST(MultiHeadAttention, CanBeDifferentiated) {
  const auto slopes = STUDENT(transformer::multi_head_attention_slopes, "_, _, _, _, _, _, _ -> _");
  const auto x = normal({2, 3, 5}, "heads slopes"), context = normal({2, 4, 3}, "heads slopes context"),
             g = normal({2, 3, 5}, "heads slopes gradient");
  const auto p = heads_of(4, 2, 3, 5, 3, "heads slopes");
  const auto mask = drawn_mask(3, 4, "heads slopes");
  const auto expected = derivatives(
      {x, context, p.query, p.query_bias, p.key, p.key_bias, p.value, p.value_bias, p.output, p.output_bias},
      g, [&](const auto& at) {
        return reference_heads(at[0], at[1], {at[2], at[3], at[4], at[5], at[6], at[7], at[8], at[9]}, 4, 2,
                               mask);
      });
  const auto actual = slopes(x, context, p, 4, 2, mask, g);
  for (std::size_t argument = 0; argument < expected.size(); ++argument)
    EXPECT_CLOSE(actual.at(argument), expected[argument], atol(1e-11)) << "argument " << argument;
}

TEST(AttentionGradient, OfWhoMayLookAtNothingIsZero) {
  const Case one{2, 4, 3, 2, 5};
  const auto q = one.queries("blind"), k = one.keys("blind"), v = one.values("blind"),
             g = one.gradient("blind");
  auto mask = drawn_mask(4, 3, "blind");
  auto others = g.clone();
  others.select(1, 2).zero_();
  const auto expected =
      derivatives({q, k, v}, others, [&](const auto& at) { return reference(at[0], at[1], at[2], mask); });
  mask[2].fill_(false);
  const auto actual = attention_gradient(q, k, v, mask, g);
  EXPECT_CLOSE(actual.queries, expected[0], atol(1e-12));
  EXPECT_CLOSE(actual.keys, expected[1], atol(1e-12));
  EXPECT_CLOSE(actual.values, expected[2], atol(1e-12));
}

/// Where all values are the same it does not matter where one looks.
TEST(AttentionGradient, OfEqualValuesReachesTheValuesAlone) {
  const Case one{2, 4, 3, 5, 2};
  const auto q = one.queries("equal"), k = one.keys("equal"), g = one.gradient("equal");
  const auto v = normal({2, 1, 2}, "equal value").expand({2, 3, 2}).contiguous();
  const auto actual = attention_gradient(q, k, v, everything(4, 3), g);
  EXPECT_CLOSE(actual.queries, zeros({2, 4, 5}), atol(1e-12));
  EXPECT_CLOSE(actual.keys, zeros({2, 3, 5}), atol(1e-12));
  EXPECT_CLOSE(actual.values, at::softmax(scores(q, k), -1).transpose(1, 2).matmul(g), atol(1e-12));
}

/// The way back has the weights of the way there, however large scores are.
TEST(AttentionGradient, OfLargeScores) {
  const Case one{2, 4, 3, 5, 2};
  const auto q = one.queries("large"), k = 1e3 * one.keys("large"), v = one.values("large"),
             g = one.gradient("large");
  const auto mask = drawn_mask(4, 3, "large");
  const auto expected =
      derivatives({q, k, v}, g, [&](const auto& at) { return reference(at[0], at[1], at[2], mask); });
  const auto actual = attention_gradient(q, k, v, mask, g);
  EXPECT_CLOSE(actual.queries, expected[0], atol(1e-6));
  EXPECT_CLOSE(actual.keys, expected[1], atol(1e-9));
  EXPECT_CLOSE(actual.values, expected[2], atol(1e-9));
}

/// One head of keys for all, features of heads that are not d/h.
TEST(MultiHeadAttention, OfOneHeadWithKeys) {
  const auto x = normal({2, 3, 5}, "multi-query"), context = normal({2, 4, 3}, "multi-query context");
  const auto parameters = heads_of(3, 1, 4, 5, 3, "multi-query");
  const auto mask = drawn_mask(3, 4, "multi-query");
  EXPECT_CLOSE(multi_head_attention(x, context, parameters, 3, 1, mask),
               reference_heads(x, context, parameters, 3, 1, mask), atol(1e-12));
}

TEST(MultiHeadAttention, RefusesHeadsThatDoNotDivide) {
  const auto x = normal({2, 3, 6}, "refused");
  const auto parameters = heads_of(6, 6, 1, 6, 6, "refused"), grouped = heads_of(6, 4, 1, 6, 6, "grouped"),
             single = heads_of(3, 1, 2, 6, 6, "single");
  between_right_answers(
      [&] {
        EXPECT_CLOSE(multi_head_attention(x, x, parameters, 3, 3, causal(3)),
                     reference_heads(x, x, parameters, 3, 3, causal(3)), atol(1e-12));
      },
      [&] {
        EXPECT_THROW(multi_head_attention(x, x, parameters, 4, 4, causal(3)), StudentError);
        EXPECT_THROW(multi_head_attention(x, x, grouped, 6, 4, causal(3)), StudentError);
        EXPECT_THROW(multi_head_attention(x, x, parameters, 0, 0, causal(3)), StudentError);
        EXPECT_THROW(multi_head_attention(x, x, single, 3, 0, causal(3)), StudentError);
      });
}

transformer::AttentionParameters in_single(const transformer::AttentionParameters& p) {
  const auto single = [](const Tensor& x) { return x.to(torch::kFloat32); };
  return {single(p.query), single(p.query_bias), single(p.key),    single(p.key_bias),
          single(p.value), single(p.value_bias), single(p.output), single(p.output_bias)};
}

/// Functions of many parts, all of them float32.
TEST(Precision, OfHeadsAndBlocksIsThatOfTheArguments) {
  const auto single = [](const Tensor& x) { return x.to(torch::kFloat32); };
  const auto x = single(normal({2, 3, 6}, "single x")), memory = single(normal({2, 4, 6}, "single memory"));
  const auto p = in_single(heads_of(3, 1, 2, 6, 6, "single heads"));
  EXPECT_CLOSE(multi_head_attention(x, x, p, 3, 1, causal(3)), reference_heads(x, x, p, 3, 1, causal(3)),
               atol(1e-3));
  const transformer::Cache empty{torch::zeros({2, 1, 0, 2}), torch::zeros({2, 1, 0, 2})};
  const auto made = cached_attention(x, p, 3, 1, empty);
  EXPECT_CLOSE(made.cache.values.select(1, 0), at::linear(x, p.value, p.value_bias), atol(1e-3));
  auto d = decoder_of(6, 6, 2, 5, "single decoder");
  const auto expected = library_decoder(x.to(torch::kFloat64), memory.to(torch::kFloat64), d, 2);
  for (auto* norm : {&d.norm1, &d.norm2, &d.norm3}) *norm = {single(norm->scale), single(norm->shift)};
  d.self = in_single(d.self), d.cross = in_single(d.cross);
  auto& f = d.feed_forward;
  f = {single(f.up), single(f.up_bias), single(f.down), single(f.down_bias)};
  EXPECT_CLOSE(decoder_block(x, memory, d, 2), expected, atol(1e-3));
}

/// What calls.h promises is the type of the arguments: the framework holds each answer against it.
TEST(Precision, IsThatOfTheArguments) {
  const auto single = [](const Tensor& x) { return x.to(torch::kFloat32); };
  const Case one{2, 3, 4, 6, 5};
  const auto q = single(one.queries("single")), k = single(one.keys("single")),
             v = single(one.values("single")), g = single(one.gradient("single"));
  const auto mask = drawn_mask(3, 4, "single");
  const auto expected = reference(q, k, v, mask);
  EXPECT_CLOSE(local_mean(q[0], q[0].select(1, 0).contiguous(), q[1], 30),
               torch::full({3}, q[0].select(1, 0).mean().item<float>()), atol(0.1));
  EXPECT_CLOSE(attention(q, k, v), reference(q, k, v, everything(3, 4)), atol(1e-4));
  EXPECT_CLOSE(masked_attention(q, k, v, mask), expected, atol(1e-4));
  const auto slopes =
      derivatives({q, k, v}, g, [&](const auto& at) { return reference(at[0], at[1], at[2], mask); });
  EXPECT_CLOSE(attention_gradient(q, k, v, mask, g).keys, slopes[1], atol(1e-4));
  EXPECT_CLOSE(rotate(q, torch::arange(3)), turned(q.to(torch::kFloat64), 0), atol(1e-4));
  EXPECT_CLOSE(rms_norm(q, torch::ones({6}), 0.1), q / (q.square().mean(-1, true) + 0.1).sqrt(), atol(1e-4));
  EXPECT_CLOSE(linear_attention(q, q, g, torch::zeros({2, 6, 5})).state, q.transpose(1, 2).matmul(g),
               atol(1e-4));
  EXPECT_CLOSE(layer_norm(q, torch::ones({6}), torch::zeros({6}), 0.1), at::layer_norm(q, {6}, {}, {}, 0.1),
               atol(1e-4));
  EXPECT_CLOSE(attention_entropy(torch::full({1, 2, 4}, 0.25f)), torch::full({1, 2}, std::log(4.0f)),
               atol(1e-5));
  EXPECT_CLOSE(next_token_loss(torch::zeros({2, 3, 4}), torch::ones({2, 3}, torch::kLong), 9),
               torch::full({}, std::log(4.0f)), atol(1e-5));
  EXPECT_CLOSE(token_probabilities(torch::zeros({5}), {.top_k = 2}),
               at::cat({torch::full({2}, 0.5f), torch::zeros({3})}), atol(1e-5));
}

}  // namespace
