#include "experiments/grokking/addition.h"

#include <ATen/ATen.h>

#include <cmath>

#include "tests/support/spinlab_test.h"

namespace spinlab::experiments {
namespace {

class AdditionTest : public SpinlabTest {};

constexpr int64_t kModulus = 7;

/// cos(2π k (a + b - c)/p) for all a, b, c.
at::Tensor waves(int64_t k) {
  const auto n = at::arange(kModulus, at::kDouble);
  const auto d = n.view({kModulus, 1, 1}) + n.view({1, kModulus, 1}) - n;
  return (d * (2 * M_PI * static_cast<double>(k) / kModulus)).cos();
}

TEST_F(AdditionTest, ARuleIsSymmetricWhateverItsFrequencies) {
  EXPECT_CLOSE(symmetric_share(waves(2) - 3 * waves(3)), 1.0, atol(1e-12));
}

// A table of right answers has the symmetry too; that of some pairs alone, a share of it: with m of p² pairs
// right, the projection has m²/p⁴ times p² of m squares.
TEST_F(AdditionTest, ATableOfSomePairsHasTheirShare) {
  const auto n = at::arange(kModulus);
  const auto right = (n.view({kModulus, 1}) + n).remainder(kModulus);
  const auto table = at::one_hot(right, kModulus).to(at::kDouble);
  EXPECT_CLOSE(symmetric_share(table), 1.0, atol(1e-12));
  const auto some = at::rand({kModulus, kModulus, 1}).lt(0.4);
  EXPECT_CLOSE(symmetric_share(table * some), some.sum().item<double>() / (kModulus * kModulus), atol(1e-12));
}

TEST_F(AdditionTest, MeansOverAnswersDoNotCount) {
  const auto shifted = waves(1) + 10 * at::randn({kModulus, kModulus, 1}, at::kDouble);
  EXPECT_CLOSE(symmetric_share(shifted), 1.0, atol(1e-12));
  EXPECT_EQ(symmetric_share(at::ones({kModulus, kModulus, kModulus})), 0);
}

// What depends on c - a - b + 1 a is orthogonal to every rule.
TEST_F(AdditionTest, AnotherRuleIsNotThisOne) {
  const auto n = at::arange(kModulus, at::kDouble);
  const auto d = 2 * n.view({kModulus, 1, 1}) + n.view({1, kModulus, 1}) - n;
  EXPECT_CLOSE(symmetric_share((d * (2 * M_PI / kModulus)).cos()), 0.0, atol(1e-12));
}

TEST_F(AdditionTest, FrequenciesOfACircle) {
  const auto angles = at::arange(kModulus, at::kDouble) * (2 * M_PI / kModulus);
  const auto embedding = at::stack({(2 * angles).cos(), (2 * angles).sin(), angles.cos() + 5}, 1);
  const auto powers = frequency_powers(embedding);
  ASSERT_EQ(powers.size(), 3u);
  EXPECT_CLOSE(powers[0], 1.0 / 3, atol(1e-12));
  EXPECT_CLOSE(powers[1], 2.0 / 3, atol(1e-12));
  EXPECT_CLOSE(powers[2], 0.0, atol(1e-12));
}

}  // namespace
}  // namespace spinlab::experiments
