#include "src/physics/dynamics/maps.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>

namespace spinlab::physics {
namespace {

void require(const LogisticMap& map, const at::Tensor& starts, int64_t steps) {
  TORCH_CHECK_VALUE(map.r >= 0 && map.r <= 4, "logistic map: expected r in [0, 4], got ", map.r);
  TORCH_CHECK_VALUE(starts.dim() == 1, "logistic map: expected starts (n), got ", starts.sizes());
  TORCH_CHECK_VALUE(starts.ge(0).logical_and(starts.le(1)).all().item<bool>(),
                    "logistic map: expected starts in [0, 1]");
  TORCH_CHECK_VALUE(steps >= 0, "logistic map: expected steps of at least 0, got ", steps);
}

}  // namespace

at::Tensor iterate(const LogisticMap& map, const at::Tensor& starts, int64_t steps) {
  require(map, starts, steps);
  auto orbits = at::empty({steps + 1, starts.size(0)}, at::kDouble);
  orbits[0].copy_(starts);
  for (int64_t t = 0; t < steps; ++t) {
    const auto x = orbits[t];
    orbits[t + 1].copy_(map.r * x * (1 - x));
  }
  return orbits.t().contiguous();
}

double lyapunov_exponent(const LogisticMap& map, double x0, int64_t steps, int64_t transient) {
  require(map, at::full({1}, x0, at::kDouble), steps);
  TORCH_CHECK_VALUE(steps > 0, "logistic map: a mean needs a step");
  double x = x0, sum = 0;
  for (int64_t t = 0; t < transient + steps; ++t) {
    if (t >= transient) sum += std::log(std::abs(map.r * (1 - 2 * x)));
    x = map.r * x * (1 - x);
  }
  return sum / static_cast<double>(steps);
}

}  // namespace spinlab::physics
