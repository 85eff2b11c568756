#include "src/authoring/false_failures.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

namespace spinlab::authoring {
namespace {

/// All 2ⁿ ways, one by one.
TEST(FalseFailures, TheTailIsThatOfAnEnumeration) {
  constexpr int n = 9;
  constexpr double p = 0.3;
  for (int k = 0; k <= n + 1; ++k) {
    double tail = 0;
    for (unsigned ways = 0; ways < 1u << n; ++ways) {
      const int ones = std::popcount(ways);
      if (ones >= k) tail += std::pow(p, ones) * std::pow(1 - p, n - ones);
    }
    EXPECT_NEAR(binomial_tail(n, k, p), tail, 1e-13) << k;
  }
  EXPECT_EQ(binomial_tail(5, 0, 0), 1);
  EXPECT_EQ(binomial_tail(5, 1, 0), 0);
  EXPECT_EQ(binomial_tail(5, 5, 1), 1);
}

TEST(FalseFailures, TwoOfThreeFailAsThreeTimesTheSquare) {
  EXPECT_NEAR(verdict_fails(3, 2, 1e-4), 3e-8 - 2e-12, 1e-18);
  EXPECT_NEAR(verdict_fails(1, 1, 0.25), 0.25, 1e-15);
  EXPECT_NEAR(verdict_fails(5, 5, 0.1), 1 - std::pow(0.9, 5), 1e-14);
}

/// Without a failure 1 − (1 − c)^(1/n). Others are quantiles of the beta distribution, as by SciPy's
/// scipy.stats.beta.ppf(0.95, k + 1, n − k).
TEST(FalseFailures, TheUpperLimitIsClopperAndPearsons) {
  EXPECT_NEAR(upper_limit({600, 0}, 0.95), 1 - std::pow(0.05, 1.0 / 600), 1e-12);
  EXPECT_NEAR(upper_limit({10, 2}, 0.95), 0.5069013010632024, 1e-12);
  EXPECT_NEAR(upper_limit({20, 5}, 0.95), 0.4555824040017489, 1e-12);
  EXPECT_EQ(upper_limit({3, 3}, 0.95), 1);
}

/// Stated 3e-6 for two of three: a single run fails with 1e-3.
TEST(FalseFailures, AStatedRateIsContradictedByTooManyFailures) {
  EXPECT_FALSE(contradicts({600, 0}, 3, 2, 3e-6));
  EXPECT_FALSE(contradicts({600, 5}, 3, 2, 3e-6));
  EXPECT_TRUE(contradicts({600, 12}, 3, 2, 3e-6));
  EXPECT_TRUE(contradicts({3, 1}, 1, 1, 0));
}

}  // namespace
}  // namespace spinlab::authoring
