#include "models/estimators/svm/machine.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace spinlab::models {
namespace {

std::vector<int64_t> each_point(size_t n) {
  std::vector<int64_t> points(n);
  std::iota(points.begin(), points.end(), 0);
  return points;
}

Machine machine(const DualProblem& problem, const DualSolution& solution, size_t n) {
  Machine found{.weights = std::vector<double>(n)};
  for (size_t s = 0; s < problem.size(); ++s) {
    const auto alpha = solution.alpha[s];
    found.weights[static_cast<size_t>(problem.point[s])] += problem.sign[s] * alpha;
    found.bounded += alpha > 0 && alpha >= problem.bound[s];
  }
  found.support = static_cast<int64_t>(n) - std::ranges::count(found.weights, 0.0);
  found.objective = solution.objective;
  found.violation = solution.violation;
  found.pairs = solution.iterations;
  return found;
}

/// ½ ‖f‖² of the kernel part of f, whose values at the points are given.
double half_square(const Machine& found, const std::vector<double>& values) {
  return std::inner_product(values.begin(), values.end(), found.weights.begin(), 0.0) / 2;
}

}  // namespace

Machine classify(const KernelMatrix& kernel, const std::vector<double>& y, const std::vector<double>& C,
                 const DualOptions& options) {
  const auto n = y.size();
  const DualProblem problem{each_point(n), y, std::vector(n, -1.0), C, std::vector(n, 0.0)};
  const auto solution = minimise(problem, kernel, options);
  auto found = machine(problem, solution, n);
  found.bias = multiplier(problem, solution, 0);
  found.gap = half_square(found, solution.values) + found.objective;
  for (size_t i = 0; i < n; ++i) {
    const auto missing = std::max(0.0, 1 - y[i] * (solution.values[i] + found.bias));
    found.gap += std::isinf(C[i]) ? 0 : C[i] * missing;
  }
  return found;
}

Machine classify_nu(const KernelMatrix& kernel, const std::vector<double>& y, double nu,
                    const DualOptions& options) {
  const auto n = y.size();
  DualProblem problem{each_point(n), y, std::vector(n, 0.0), std::vector(n, 1.0), std::vector(n, 0.0), true};
  for (const double sign : {1.0, -1.0}) {
    double left = nu * static_cast<double>(n) / 2;
    for (size_t i = 0; i < n; ++i) {
      if (y[i] != sign) continue;
      problem.start[i] = std::min(1.0, left);
      left -= problem.start[i];
    }
    TORCH_CHECK_VALUE(left <= 1e-9, "nu is ", nu,
                      ", and at most twice the smaller class' share is possible, ",
                      2 * static_cast<double>(std::ranges::count(y, sign)) / static_cast<double>(n));
  }
  const auto solution = minimise(problem, kernel, options);
  auto found = machine(problem, solution, n);
  const auto above = -multiplier(problem, solution, 1), below = -multiplier(problem, solution, -1);
  const auto margin = (above - below) / 2;
  TORCH_CHECK_VALUE(margin > 0, "with nu ", nu,
                    " the margin is 0: the classes lie in each other; take a smaller nu");
  for (auto& weight : found.weights) weight /= margin;
  found.bias = -(above + below) / (2 * margin);
  found.objective /= margin * margin;
  return found;
}

Machine regress(const KernelMatrix& kernel, const std::vector<double>& z, double C, double epsilon,
                const DualOptions& options) {
  const auto n = z.size();
  DualProblem problem;
  for (const double sign : {1.0, -1.0})
    for (size_t i = 0; i < n; ++i) {
      problem.point.push_back(static_cast<int64_t>(i));
      problem.sign.push_back(sign);
      problem.linear.push_back(epsilon - sign * z[i]);
    }
  problem.bound.assign(2 * n, C);
  problem.start.assign(2 * n, 0);
  const auto solution = minimise(problem, kernel, options);
  auto found = machine(problem, solution, n);
  found.bias = multiplier(problem, solution, 0);
  found.gap = half_square(found, solution.values) + found.objective;
  for (size_t i = 0; i < n; ++i)
    found.gap += C * std::max(0.0, std::abs(z[i] - solution.values[i] - found.bias) - epsilon);
  return found;
}

}  // namespace spinlab::models
