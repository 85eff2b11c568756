#include "src/physics/dynamics/mackey_glass.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <vector>

#include "src/core/on_all_cores.h"
#include "src/physics/dynamics/trajectories.h"

namespace spinlab::physics {
namespace {

/// What lies half-way between four values at equal distances, after the first, the second or the third of
/// them: the cubic through them.
double between(const double* x, int after) {
  if (after == 0) return (5 * x[0] + 15 * x[1] - 5 * x[2] + x[3]) / 16;
  if (after == 2) return (x[0] - 5 * x[1] + 15 * x[2] + 5 * x[3]) / 16;
  return (9 * (x[1] + x[2]) - x[0] - x[3]) / 16;
}

/// One solution and its past of a delay's length: rings of its values at the steps and half-way between them.
/// Where the past ends the slope jumps, so that slopes on one side say nothing of the other.
class Solution {
 public:
  Solution(const MackeyGlass& system, const double* history, int64_t steps_per_delay)
      : system_(system),
        step_(system.delay / static_cast<double>(steps_per_delay)),
        values_(history, history + steps_per_delay + 1),
        middles_(values_.size() - 1) {
    const auto last = middles_.size() - 1;
    for (std::size_t i = 0; i <= last; ++i) {
      const int after = i == 0 ? 0 : i == last ? 2 : 1;
      middles_[i] = between(history + i - static_cast<std::size_t>(after), after);
    }
    slope_ = slope(values_.back(), values_.front());
  }

  double now() const { return values_[newest_]; }

  void advance() {
    const auto n = values_.size();
    const double x = values_[newest_], half = middles_[oldest_middle_], whole = values_[(newest_ + 2) % n];
    const double k1 = slope_, k2 = slope(x + step_ / 2 * k1, half), k3 = slope(x + step_ / 2 * k2, half),
                 k4 = slope(x + step_ * k3, whole);
    newest_ = (newest_ + 1) % n;
    values_[newest_] = x + step_ / 6 * (k1 + 2 * (k2 + k3) + k4);
    slope_ = slope(values_[newest_], whole);
    middles_[oldest_middle_] = (x + values_[newest_]) / 2 + step_ * (k1 - slope_) / 8;
    oldest_middle_ = (oldest_middle_ + 1) % middles_.size();
  }

 private:
  double slope(double x, double delayed) const {
    return system_.beta * delayed / (1 + std::pow(delayed, system_.power)) - system_.gamma * x;
  }

  const MackeyGlass& system_;
  double step_;
  std::vector<double> values_, middles_;
  double slope_ = 0;  // at the newest value
  std::size_t newest_ = values_.size() - 1, oldest_middle_ = 0;
};

void require(const MackeyGlass& system, const at::Tensor& history, const DelaySteps& steps) {
  TORCH_CHECK_VALUE(std::isfinite(system.delay) && system.delay > 0,
                    "Mackey–Glass: expected a delay above 0, got ", system.delay);
  TORCH_CHECK_VALUE(steps.steps_per_delay >= 3, "steps_per_delay: expected at least 3, got ",
                    steps.steps_per_delay);
  TORCH_CHECK_VALUE(
      history.dim() == 1 || (history.dim() == 2 && history.size(1) == steps.steps_per_delay + 1),
      "Mackey–Glass: expected a history (n) or (n, ", steps.steps_per_delay + 1, "), got ", history.sizes());
}

}  // namespace

at::Tensor integrate(const MackeyGlass& system, const at::Tensor& history, const DelaySteps& steps) {
  require(system, history, steps);
  const FixedSteps fixed{system.delay / static_cast<double>(steps.steps_per_delay), steps.steps, steps.every};
  require_steps(fixed);
  const auto n = history.size(0), kept = steps.steps / steps.every + 1, past = steps.steps_per_delay + 1;
  const auto pasts =
      (history.dim() == 1 ? history.unsqueeze(1).expand({n, past}) : history).to(at::kDouble).contiguous();
  auto all = at::empty({n, kept}, at::kDouble);
  on_all_cores(n, 1, [&](int64_t begin, int64_t end) {
    for (auto i = begin; i < end; ++i) {
      Solution solution(system, pasts.const_data_ptr<double>() + i * past, steps.steps_per_delay);
      auto* out = all.mutable_data_ptr<double>() + i * kept;
      out[0] = solution.now();
      for (int64_t k = 1; k < kept; ++k) {
        for (int64_t s = 0; s < steps.every; ++s) solution.advance();
        out[k] = solution.now();
      }
    }
  });
  require_finite(all.unsqueeze(2), fixed, "Mackey–Glass");
  return all;
}

}  // namespace spinlab::physics
