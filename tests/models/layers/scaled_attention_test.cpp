#include "models/layers/scaled_attention.h"

#include <ATen/ATen.h>

#include <cmath>
#include <vector>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

class ScaledAttentionTest : public SpinlabTest {
 protected:
  static at::Tensor numbers(std::vector<int64_t> sizes) { return at::randn(sizes, at::kDouble); }

  const at::Tensor q_ = numbers({2, 4, 5, 6}), k_ = numbers({2, 4, 7, 6}), v_ = numbers({2, 4, 7, 6});
};

// Two keys whose products with the query are ln 3 √1 apart: weights 3/4 and 1/4.
TEST_F(ScaledAttentionTest, ByHand) {
  const auto one = [](std::vector<double> x) {
    return at::tensor(x, at::kDouble).view({1, 1, static_cast<int64_t>(x.size()), 1});
  };
  const auto y = scaled_attention(one({1}), one({std::log(3.0), 0}), one({4, 8}));
  EXPECT_CLOSE(y, one({5}), atol(1e-14));
  EXPECT_CLOSE(attention_weights(one({1}), one({std::log(3.0), 0})),
               at::tensor({0.75, 0.25}, at::kDouble).view({1, 1, 1, 2}), atol(1e-14));
}

TEST_F(ScaledAttentionTest, IsLibTorchsByBothWays) {
  const auto seen = at::rand({2, 1, 5, 7}).gt(0.4).logical_or(at::arange(7).eq(2));
  const auto free = at::scaled_dot_product_attention(q_, k_, v_),
             masked = at::scaled_dot_product_attention(q_, k_, v_, seen),
             causal =
                 at::scaled_dot_product_attention(q_, k_.narrow(2, 0, 5), v_.narrow(2, 0, 5), {}, 0, true);
  for (const auto& way : {scaled_attention, plain_attention}) {
    EXPECT_CLOSE(way(q_, k_, v_, {}), free, atol(1e-14));
    EXPECT_CLOSE(way(q_, k_, v_, {.mask = seen}), masked, atol(1e-14));
    EXPECT_CLOSE(way(q_, k_.narrow(2, 0, 5), v_.narrow(2, 0, 5), {.causal = true}), causal, atol(1e-14));
  }
}

// Heads that share keys and values are heads with equal ones.
TEST_F(ScaledAttentionTest, SharesKeysAmongNeighbouringHeads) {
  const auto k = k_.narrow(1, 0, 2), v = v_.narrow(1, 0, 2);
  const auto expected = plain_attention(q_, k.repeat_interleave(2, 1), v.repeat_interleave(2, 1));
  EXPECT_CLOSE(plain_attention(q_, k, v), expected, atol(1e-14));
  EXPECT_CLOSE(scaled_attention(q_, k, v), expected, atol(1e-14));
}

// The last queries of a longer sequence see what they saw in it.
TEST_F(ScaledAttentionTest, CausalQueriesAreTheLastOfTheirKeys) {
  const auto queries = numbers({2, 4, 7, 6});
  const auto whole = plain_attention(queries, k_, v_, {.causal = true});
  EXPECT_CLOSE(scaled_attention(queries.narrow(2, 4, 3), k_, v_, {.causal = true}), whole.narrow(2, 4, 3),
               atol(1e-14));
}

TEST_F(ScaledAttentionTest, AQueryThatMayLookAtNothingIsZeroAndHasNoGradient) {
  const auto q = q_.clone().requires_grad_();
  auto seen = at::ones({5, 7}, at::kBool);
  seen[3].fill_(false);
  const auto y = scaled_attention(q, k_, v_, {.mask = seen});
  EXPECT_TRUE(y.select(2, 3).eq(0).all().item<bool>());
  y.sum().backward();
  EXPECT_TRUE(q.grad().isfinite().all().item<bool>());
  EXPECT_TRUE(q.grad().select(2, 3).eq(0).all().item<bool>());
}

// In training the mean over many draws is the attention without dropout: 20,000 draws, six deviations.
TEST_F(ScaledAttentionTest, DropoutKeepsTheMean) {
  constexpr int64_t kDraws = 20'000;
  const auto q = q_.narrow(0, 0, 1).narrow(1, 0, 1).expand({kDraws, 1, 5, 6}),
             k = k_.narrow(0, 0, 1).narrow(1, 0, 1).expand({kDraws, 1, 7, 6}),
             v = v_.narrow(0, 0, 1).narrow(1, 0, 1).expand({kDraws, 1, 7, 6});
  const auto drawn = scaled_attention(q, k, v, {.dropout = 0.3});
  const auto error = drawn.std(0) / std::sqrt(static_cast<double>(kDraws));
  const auto off =
      (drawn.mean(0) - plain_attention(q[0].unsqueeze(0), k[0].unsqueeze(0), v[0].unsqueeze(0))[0]);
  EXPECT_LT((off.abs() / error).max().item<double>(), 6);
}

TEST_F(ScaledAttentionTest, RefusesShapesThatDoNotFit) {
  const auto said = [&](const at::Tensor& k, const at::Tensor& v, const AttentionOptions& options = {}) {
    return mistake([&] { scaled_attention(q_, k, v, options); });
  };
  EXPECT_THAT(said(k_, v_.narrow(2, 0, 6)), HasSubstr("expected queries (n, heads, T, d)"));
  EXPECT_THAT(said(k_.narrow(1, 0, 3), v_.narrow(1, 0, 3)), HasSubstr("groups a divisor of heads"));
  EXPECT_THAT(said(k_, v_, {.mask = at::ones({7, 5}, at::kBool)}),
              HasSubstr("that fits the scores [2, 4, 5, 7]"));
  EXPECT_THAT(said(k_, v_, {.mask = at::ones({5, 7})}), HasSubstr("expected a mask of bool"));
}

// The product of a turned query and a turned key depends on how far they are apart.
TEST_F(ScaledAttentionTest, RotaryScoresDependOnTheDistanceAlone) {
  const auto q = numbers({1, 8}), k = numbers({1, 8});
  const auto score = [&](int64_t s, int64_t t) {
    return (rotated(q, s) * rotated(k, t)).sum().item<double>();
  };
  for (const int64_t distance : {-3, 0, 1, 20})
    EXPECT_NEAR(score(30, 30 + distance), score(900, 900 + distance), 1e-11) << distance;
  EXPECT_GT(std::abs(score(30, 31) - score(30, 32)), 1e-6);
  const auto x = numbers({3, 9, 8});
  EXPECT_CLOSE(rotated(x, 5).square().sum(2), x.square().sum(2), rtol(1e-13));
}

// The pair (1, 0) at place t is (cos, sin) of t, the second pair's angle t/100: 10000^(-2/4).
TEST_F(ScaledAttentionTest, RotaryAnglesAreThoseOfThePaper) {
  const auto x = at::tensor({1.0, 0.0, 0.0, 1.0}, at::kDouble).expand({6, 4});
  const auto y = rotated(x, 2);
  for (int64_t t = 0; t < 6; ++t) {
    const auto angle = static_cast<double>(t + 2);
    const auto expected = at::tensor(
        {std::cos(angle), std::sin(angle), -std::sin(angle / 100), std::cos(angle / 100)}, at::kDouble);
    EXPECT_CLOSE(y[t], expected, atol(1e-14));
  }
  EXPECT_THAT(mistake([] { rotated(at::ones({2, 3})); }), HasSubstr("an even width, got 3"));
}

}  // namespace
}  // namespace spinlab::models
