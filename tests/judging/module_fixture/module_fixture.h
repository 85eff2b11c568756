#pragma once

#include <torch/nn/module.h>

#include <functional>
#include <memory>

// An assignment with functions that call back and with modules, small enough to test grading with.
namespace module_fixture {

using at::Tensor;

/// x after `steps` of x ← x - rate · gradient(x), one call of `gradient` each.
Tensor descend(const std::function<Tensor(const Tensor&)>& gradient, const Tensor& x, double rate,
               int64_t steps);

class Line : public torch::nn::Module {
 public:
  /// x: (n, 1) → slope · x + offset, as x.
  virtual Tensor forward(const Tensor& x) = 0;
};

/// Parameters "slope" and "offset", of shape (1), and a buffer "calls" (int64) that counts forward() in
/// training mode.
std::shared_ptr<Line> make_line(double slope, double offset);

/// 2 · slope.
Tensor twice_the_slope(const std::shared_ptr<Line>& line);

}  // namespace module_fixture
