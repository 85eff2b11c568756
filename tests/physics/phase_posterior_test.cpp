#include "src/physics/phase_posterior.h"

#include <c10/util/Exception.h>
#include <torch/types.h>

#include "src/physics/ising.h"
#include "tests/physics/enumeration.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::physics {
namespace {

TEST(OrderedProbability, IsBayesRuleOverTheEnumeratedStates) {
  const Enumeration exact(3);
  const std::vector<double> temperatures = {1.0, 2.0, 2.5, 4.0};
  for (const int energy : {-18, -10, -2, 6}) {
    double below = 0, all = 0;
    for (const double temperature : temperatures) {
      double norm = 0;
      for (std::size_t state = 0; state < exact.states(); ++state) norm += exact.weight(state, temperature);
      const double likelihood = std::exp(-(energy + 18) / temperature) / norm;
      if (temperature < kCriticalTemperature) below += likelihood;
      all += likelihood;
    }
    const auto got = ordered_probability(torch::tensor({energy / 9.0}, torch::kFloat64), 3, temperatures);
    EXPECT_CLOSE(got.item<double>(), below / all, rtol(1e-11));
  }
}

TEST(OrderedProbability, IsCertainFarFromTheCriticalTemperature) {
  const std::vector<double> temperatures = {1.0, 4.0};
  const auto energies = energy(sample_ising(temperatures, {.samples = 20}));
  const auto probability = ordered_probability(energies, 32, temperatures);
  EXPECT_CLOSE(probability, torch::tensor({1.0, 0.0}, torch::kFloat64).unsqueeze(1).expand({2, 20}),
               atol(1e-9));
}

TEST(OrderedProbability, NeedsATemperature) {
  EXPECT_THROW(ordered_probability(torch::zeros({1}), 4, {}), c10::ValueError);
}

}  // namespace
}  // namespace spinlab::physics
