#include "tests/experiments/tiny.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::experiments {
namespace {

class SpectralBiasTest : public SpinlabTest {};

/// A target this small leaves the kernel where it is: the mean over 32 networks, which are independent, of a
/// mode's rate is λ_k but for a bias of order 1/N. With 31 degrees of freedom Student's t is beyond 7 with
/// probability 7e-8, and 3 numbers are looked at.
TEST_F(SpectralBiasTest, ModesAreLearnedAtTheRatesOfTheKernelSFft) {
  const auto found = run_tiny(
      "spectral-bias",
      {"width=512", "networks=32", "points=12", "modes=[1, 2, 3]", "amplitude=1e-3", "bias_variance=1"},
      kSeed);
  std::vector<double> rates;
  for (const auto& mode : found.at("modes")) rates.push_back(mode.at("rate"));
  for (const double deviation : deviations(found.at("rates"), rates)) EXPECT_LT(std::abs(deviation), 7);
  for (size_t i = 0; i < rates.size(); ++i)
    EXPECT_LT(found.at("rates").at("error")[i].get<double>(), 0.1 * rates[i]);  // it says something
}

/// Of relu without biases the odd modes above 1 vanish, at equally spaced points to rounding. [Basri et al.
/// 2019]
TEST_F(SpectralBiasTest, WithoutBiasesReluLearnsNoOddModes) {
  const auto found = run_tiny(
      "spectral-bias", {"width=8", "networks=2", "points=64", "modes=[1, 2]", "bias_variance=0"}, kSeed);
  const auto rates = found.at("all_rates").get<std::vector<double>>();
  for (const size_t k : {3, 5, 7}) EXPECT_LT(std::abs(rates[k]), 1e-12 * rates[1]) << k;
}

}  // namespace
}  // namespace spinlab::experiments
