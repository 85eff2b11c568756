#include "src/physics/phase_posterior.h"

#include <torch/types.h>

#include "src/physics/kaufman.h"

namespace spinlab::physics {

at::Tensor ordered_probability(const at::Tensor& energies, int64_t side,
                               const std::vector<double>& temperatures) {
  TORCH_CHECK_VALUE(!temperatures.empty(), "a posterior over temperatures needs at least one temperature");
  const auto total = energies.to(torch::kFloat64) * static_cast<double>(side * side);
  std::vector<at::Tensor> log_likelihoods;
  std::vector<double> ordered;
  for (const double temperature : temperatures) {
    log_likelihoods.push_back(-total / temperature - log_partition_function(side, temperature));
    ordered.push_back(temperature < kCriticalTemperature ? 1 : 0);
  }
  const auto posterior = torch::stack(log_likelihoods, -1).softmax(-1);
  return posterior.matmul(torch::tensor(ordered, torch::kFloat64));
}

}  // namespace spinlab::physics
