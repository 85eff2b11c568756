#include "src/physics/autocorrelation.h"

#include <c10/util/Exception.h>
#include <torch/types.h>

#include <cmath>
#include <random>

#include "tests/support/spinlab_test.h"

namespace spinlab::physics {
namespace {

/// x_t = a·x_{t-1} + noise: ρ(t) = aᵗ, so τ = ½(1 + a)/(1 - a).
at::Tensor first_order_process(double a, int64_t count) {
  std::mt19937_64 engine(7);
  std::normal_distribution<double> noise;
  std::vector<double> series(count);
  for (int64_t t = 1; t < count; ++t) series[t] = a * series[t - 1] + noise(engine);
  return torch::tensor(series);
}

// Madras and Sokal: the estimate's relative error is √((2(2W + 1))/n), 3 % here for W = 6τ; six of those are
// allowed.
TEST(AutocorrelationTime, OfAFirstOrderProcess) {
  for (const double a : {0.0, 0.5, 0.9}) {
    const double time = integrated_autocorrelation_time(first_order_process(a, 300000));
    EXPECT_CLOSE(time, 0.5 * (1 + a) / (1 - a), rtol(0.18));
  }
}

TEST(AutocorrelationTime, StandardErrorOfACorrelatedMean) {
  const int64_t count = 200000;
  const double a = 0.8;  // variance of the mean: 1/(n (1 - a)²) for unit noise
  EXPECT_CLOSE(standard_error(first_order_process(a, count)), 1 / (1 - a) / std::sqrt(count), rtol(0.12));
}

TEST(AutocorrelationTime, ConstantAndAlternatingSeries) {
  EXPECT_EQ(integrated_autocorrelation_time(torch::ones({10})), 0.5);
  EXPECT_EQ(standard_error(torch::ones({10})), 0);
  EXPECT_EQ(integrated_autocorrelation_time(torch::tensor({1., -1., 1., -1., 1., -1.})), 0.5);
}

TEST(AutocorrelationTime, RefusesOtherShapes) {
  EXPECT_THROW(integrated_autocorrelation_time(torch::ones({1})), c10::ValueError);
  EXPECT_THROW(integrated_autocorrelation_time(torch::ones({3, 3})), c10::ValueError);
}

}  // namespace
}  // namespace spinlab::physics
