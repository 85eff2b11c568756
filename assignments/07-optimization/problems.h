#pragma once

#include <torch/types.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "assignments/shared/spectra.h"

/// What the checks hand to a student's optimizers: functions drawn from the check's seed whose minimum is
/// known.
namespace optimization::problems {

using namespace spinlab::shared;

inline Map constant(const Tensor& value) {
  return [value](const Tensor&) { return value; };
}

/// Where a callback was asked, in order. It must outlive the functions that it watches.
class Watch {
 public:
  template <typename Result>
  std::function<Result(const Tensor&)> on(std::function<Result(const Tensor&)> function) {
    return [this, function](const Tensor& x) {
      points_.push_back(x.clone());
      return function(x);
    };
  }
  int64_t calls() const { return static_cast<int64_t>(points_.size()); }
  Tensor points() const { return torch::stack(points_); }

 private:
  std::vector<Tensor> points_;
};

/// Rosenbrock's valley a (x₂ − x₁²)² + (c − x₁)², with the minimum 0 at (c, c²). [Rosenbrock 1960]
struct Rosenbrock {
  double a, c;

  Tensor minimum() const { return vector({c, c * c}); }
  Map residuals() const {
    return
        [*this](const Tensor& x) { return torch::stack({std::sqrt(a) * (x[1] - x[0].square()), c - x[0]}); };
  }
  Map jacobian() const {
    return [*this](const Tensor& x) {
      const double root = std::sqrt(a);
      return vector({-2 * root * x[0].item<double>(), root, -1, 0}).view({2, 2});
    };
  }
  Scalar value() const {
    return [*this](const Tensor& x) { return residuals()(x).square().sum().item<double>(); };
  }
  Map gradient() const {
    return [*this](const Tensor& x) { return 2 * jacobian()(x).t().matmul(residuals()(x)); };
  }
  Map hessian() const {
    return [*this](const Tensor& x) {
      const double first = x[0].item<double>(), second = x[1].item<double>();
      return vector({a * (12 * first * first - 4 * second) + 2, -4 * a * first, -4 * a * first, 2 * a})
          .view({2, 2});
    };
  }
};

inline Rosenbrock rosenbrock(const std::string& purpose) {
  return {number(60, 140, purpose + " a"), number(0.8, 1.2, purpose + " c")};
}

/// Near the classic start (−1.2, 1), across the bend of the valley.
inline Tensor rosenbrock_start(const std::string& purpose) {
  return vector({-1.2, 1.0}) + uniform({2}, -0.1, 0.1, purpose + " start");
}

/// Least squares of x₁ e^(−x₂ t) to noisy data, 3 e^(−1.2 t) at 25 times.
struct Decay {
  Tensor t, y;

  Map residuals() const {
    return [*this](const Tensor& x) { return x[0] * torch::exp(-x[1] * t) - y; };
  }
  Map jacobian() const {
    return [*this](const Tensor& x) {
      const auto decay = torch::exp(-x[1] * t);
      return torch::stack({decay, -x[0] * t * decay}, 1);
    };
  }
};

inline Decay noisy_decay(const std::string& purpose) {
  const auto t = torch::linspace(0, 3, 25, torch::kFloat64);
  return {t, 3 * torch::exp(-1.2 * t) + 0.05 * normal({25}, purpose + " noise")};
}

/// A smooth function without symmetries, for step by step comparisons: Σ_j c_j cosh(x_j) + sin(w·x).
inline Map bumpy_gradient(int64_t d, const std::string& purpose) {
  const auto c = uniform({d}, 0.2, 3, purpose + " curvatures"), w = normal({d}, purpose + " wave");
  return [=](const Tensor& x) { return c * torch::sinh(x) + w * torch::cos(w.dot(x)); };
}

inline Tensor distances(const Tensor& path, const Tensor& minimum) {
  return torch::linalg_vector_norm(path - minimum, 2, 1);
}

}  // namespace optimization::problems
