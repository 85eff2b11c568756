#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

namespace spinlab::training {

/// A point w + t d of a line.
struct LinePoint {
  double step = 0;
  double value = 0;
  /// gradient · d.
  double slope = 0;
  at::Tensor gradient;
};

/// The value along the line, at a step t.
using Line = std::function<LinePoint(double)>;

/// A point of the strong Wolfe conditions f(t) ≤ f(0) + 10⁻⁴ t f'(0) and |f'(t)| ≤ 0.9 |f'(0)| [Nocedal and
/// Wright, Numerical Optimization, 2nd ed., algorithms 3.5 and 3.6 with the cubic steps of eq. 3.59]; a value
/// that is not finite counts as too high. `start` has a slope below 0; `first` is the step that is tried
/// first. Where `evaluations` were too few: the lowest point of the first condition, `start` itself where
/// there was none.
LinePoint strong_wolfe(const LinePoint& start, double first, const Line& line, int64_t evaluations);

}  // namespace spinlab::training
