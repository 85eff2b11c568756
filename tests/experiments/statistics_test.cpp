#include "experiments/statistics.h"

#include <ATen/ATen.h>

#include <cmath>

#include "tests/support/spinlab_test.h"

namespace spinlab::experiments {
namespace {

TEST(Statistics, ErrorsAreThoseOfFourNumbers) {
  const auto samples = at::tensor({1.0, 2.0, 3.0, 6.0}, at::kDouble);  // mean 3, variance 14/3
  const auto mean = mean_of(samples);
  EXPECT_DOUBLE_EQ(mean.value, 3);
  EXPECT_NEAR(mean.error, std::sqrt(14.0 / 3 / 4), 1e-14);
  const auto root = root_of_mean(samples);
  EXPECT_DOUBLE_EQ(root.value, std::sqrt(3.0));
  EXPECT_NEAR(root.error, mean.error / (2 * std::sqrt(3.0)), 1e-14);
}

TEST(Statistics, APowerLawIsFoundExactly) {
  const std::vector<int64_t> x{1, 2, 4, 32};
  std::vector<Measured> y;
  for (const auto one : x) y.push_back({3 * std::pow(one, -0.5), 0.01});
  const auto law = fit_power_law(x, y);
  EXPECT_NEAR(law.amplitude, 3, 1e-12);
  EXPECT_NEAR(law.exponent.value, -0.5, 1e-12);
  EXPECT_NEAR(law.chi_squared, 0, 1e-20);
  EXPECT_EQ(law.degrees_of_freedom, 2);
}

/// Of two points the exponent is ln(y₂/y₁)/ln(x₂/x₁).
TEST(Statistics, TheExponentSErrorIsThatOfTwoPoints) {
  const auto law = fit_power_law({2, 8}, {{5, 0.1}, {2, 0.06}});
  EXPECT_NEAR(law.exponent.value, std::log(2.0 / 5) / std::log(4.0), 1e-12);
  EXPECT_NEAR(law.exponent.error, std::hypot(0.1 / 5, 0.06 / 2) / std::log(4.0), 1e-12);
}

}  // namespace
}  // namespace spinlab::experiments
