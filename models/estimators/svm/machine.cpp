#include "models/estimators/svm/machine.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace spinlab::models {
namespace {

// BEGIN SOLUTION
/// Of sums of shares.
constexpr double kRounding = 2e-9;

std::vector<int64_t> each_point(size_t n) {
  std::vector<int64_t> points(n);
  std::iota(points.begin(), points.end(), 0);
  return points;
}

Machine machine(const DualProblem& problem, const DualSolution& solution, size_t n) {
  Machine found;
  found.weights.assign(n, 0);
  for (size_t s = 0; s < problem.size(); ++s) {
    const auto alpha = solution.alpha[s];
    found.weights[static_cast<size_t>(problem.point[s])] += problem.sign[s] * alpha;
    found.bounded += alpha > 0 && alpha >= problem.bound[s];
  }
  found.support = static_cast<int64_t>(n) - std::ranges::count(found.weights, 0.0);
  found.objective = solution.objective;
  found.violation = solution.violation;
  found.is_indefinite = solution.is_indefinite;
  found.pairs = solution.iterations;
  return found;
}

/// what: "C" or "a share".
void check_labels(const KernelMatrix& kernel, const std::vector<double>& y, const std::vector<double>& costs,
                  double most, const char* what) {
  TORCH_CHECK_VALUE(static_cast<int64_t>(y.size()) == kernel.size(), "the kernel is of ", kernel.size(),
                    " points and there are ", y.size(), " labels");
  TORCH_CHECK_VALUE(costs.size() == y.size(), "there are ", y.size(), " points and ", costs.size(), " of ",
                    what);
  TORCH_CHECK_VALUE(std::ranges::any_of(costs, [](double cost) { return cost > 0; }), what,
                    " must be above 0 for some points");
  bool is_there[2] = {false, false};
  for (size_t i = 0; i < y.size(); ++i) {
    TORCH_CHECK_VALUE(y[i] == 1 || y[i] == -1, "labels must be 1 or -1, label ", i, " is ", y[i]);
    TORCH_CHECK_VALUE(costs[i] >= 0 && costs[i] <= most, what, " must be ",
                      std::isinf(most) ? "at least 0" : "between 0 and 1", ", is ", costs[i]);
    is_there[y[i] > 0] |= costs[i] > 0;
  }
  TORCH_CHECK_VALUE(is_there[0] && is_there[1],
                    "all labels that count are alike: there is no other class to be told from");
}

/// Of classes that lie in each other the dual has no minimum: Σ α grows for ever, as 1 / margin² does.
void check_margin(const DualProblem& problem, const DualSolution& solution, double tolerance) {
  if (!std::ranges::any_of(problem.bound, [](double c) { return std::isinf(c); })) return;
  TORCH_CHECK_VALUE(!solution.is_bottomless,
                    "no hard margin: the kernel does not separate the classes, or by less than 1e-5 of the "
                    "points' distance from 0; take a finite C");
  TORCH_CHECK_VALUE(solution.violation <= tolerance, "no hard margin was found within ", solution.iterations,
                    " pairs: the kernel hardly separates the classes, or not at all; take a finite C or more "
                    "iterations");
}

/// ½ ‖f‖² of the kernel part of f, whose values at the points are given.
double half_square(const Machine& found, const std::vector<double>& values) {
  return std::inner_product(values.begin(), values.end(), found.weights.begin(), 0.0) / 2;
}

void set_values(Machine& found, const DualSolution& solution) {
  found.values = solution.values;
  for (auto& value : found.values) value += found.bias;
}
// END SOLUTION

}  // namespace

Machine classify(const KernelMatrix& kernel, const std::vector<double>& y, const std::vector<double>& C,
                 const DualOptions& options) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "classes of ", kernel.size(), " points, ", y.size(), " labels, ", C.size(),
  // STUB                   " of C, ", options.tolerance, ": left out, 04-svm asks for it");
  const auto n = y.size();
  check_labels(kernel, y, C, std::numeric_limits<double>::infinity(), "C");
  const DualProblem problem{each_point(n), y, std::vector(n, -1.0), C, std::vector(n, 0.0)};
  const auto solution = minimise(problem, kernel, options);
  check_margin(problem, solution, options.tolerance);
  auto found = machine(problem, solution, n);
  found.bias = multiplier(problem, solution, 0);
  found.gap = half_square(found, solution.values) + found.objective;
  set_values(found, solution);
  for (size_t i = 0; i < n; ++i) {
    const auto missing = std::max(0.0, 1 - y[i] * (solution.values[i] + found.bias));
    found.gap += std::isinf(C[i]) ? 0 : C[i] * missing;
  }
  return found;
  // END SOLUTION
}

double largest_nu(const std::vector<double>& y, const std::vector<double>& shares) {
  double of_sign[2] = {0, 0};
  for (size_t i = 0; i < y.size(); ++i) of_sign[y[i] > 0] += shares[i];
  return 2 * std::min(of_sign[0], of_sign[1]) / (of_sign[0] + of_sign[1]);
}

Machine classify_nu(const KernelMatrix& kernel, const std::vector<double>& y,
                    const std::vector<double>& shares, double nu, const DualOptions& options) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "classes of ", kernel.size(), " points, ", y.size(), " labels, nu ", nu,
  // STUB                   ", ", shares.size(), ", ", options.tolerance, ": left out, 04-svm asks for it");
  const auto n = y.size();
  check_labels(kernel, y, shares, 1, "a share");
  TORCH_CHECK_VALUE(nu > 0 && nu <= 1, "nu must be above 0 and at most 1, is ", nu);
  const auto all = std::accumulate(shares.begin(), shares.end(), 0.0);
  const auto largest = largest_nu(y, shares);
  TORCH_CHECK_VALUE(nu <= largest + kRounding, "nu is ", nu,
                    ", and at most twice the smaller class' share is possible, ", largest,
                    "; take a smaller one");
  DualProblem problem{each_point(n), y, std::vector(n, 0.0), shares, std::vector(n, 0.0), true};
  for (const double sign : {1.0, -1.0}) {
    double left = nu * all / 2;
    for (size_t i = 0; i < n; ++i) {
      if (y[i] != sign) continue;
      problem.start[i] = std::min(shares[i], left);
      left -= problem.start[i];
    }
  }
  const auto solution = minimise(problem, kernel, options);
  auto found = machine(problem, solution, n);
  const auto above = -multiplier(problem, solution, 1), below = -multiplier(problem, solution, -1);
  const auto margin = (above - below) / 2;
  TORCH_CHECK_VALUE(margin > options.tolerance, "with nu ", nu,
                    " there is no margin beyond the tolerance of ", options.tolerance,
                    ": the classes' hulls, as far as nu shrinks them, meet or nearly do; take a smaller "
                    "tolerance, or a larger nu, up to ",
                    largest);
  for (auto& weight : found.weights) weight /= margin;
  found.bias = -(above + below) / (2 * margin);
  found.values = solution.values;
  for (auto& value : found.values) value = value / margin + found.bias;
  // The primal is ½ ‖f‖² - ν n margin + Σ slacks.
  found.gap = 2 * solution.objective - nu * all * margin;
  for (size_t i = 0; i < n; ++i) found.gap += shares[i] * margin * std::max(0.0, 1 - y[i] * found.values[i]);
  found.gap /= margin * margin;
  found.objective /= margin * margin;
  return found;
  // END SOLUTION
}

Machine regress(const KernelMatrix& kernel, const std::vector<double>& z, double C, double epsilon,
                const DualOptions& options) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "values of ", kernel.size(), " points, ", z.size(), ", C ", C, ", ",
  // STUB                   epsilon, ", ", options.tolerance, ": left out, 04-svm asks for it");
  const auto n = z.size();
  TORCH_CHECK_VALUE(static_cast<int64_t>(n) == kernel.size(), "the kernel is of ", kernel.size(),
                    " points and there are ", n, " values");
  TORCH_CHECK_VALUE(std::ranges::all_of(z, [](double each) { return std::isfinite(each); }),
                    "a value is not finite");
  TORCH_CHECK_VALUE(C > 0, "C must be above 0, is ", C);
  TORCH_CHECK_VALUE(epsilon >= 0, "epsilon must not be negative, is ", epsilon);
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
  set_values(found, solution);
  for (size_t i = 0; i < n; ++i)
    found.gap += C * std::max(0.0, std::abs(z[i] - solution.values[i] - found.bias) - epsilon);
  return found;
  // END SOLUTION
}

void MachineReport::add(const Machine& machine) {
  ++machines_;
  if (machine.is_indefinite) ++indefinite_;
  if (machine.violation <= options_.tolerance) return;
  if (++ended_ > 1 && machine.gap <= gap_) return;
  pairs_ = machine.pairs, objective_ = machine.objective, gap_ = machine.gap;
}

void MachineReport::warn() const {
  const auto of = [this](int64_t some) {
    return c10::str(some, " of ", machines_, " support vector machines");
  };
  if (ended_ > 0 && indefinite_ == 0)
    TORCH_WARN(of(ended_), " ended before the tolerance of ", options_.tolerance,
               " was met; of the worst, after ", pairs_, " steps of a pair, the objective ", objective_,
               " is at most ", gap_,
               " above the least; raise max_iterations or the tolerance, lower C, or scale the columns");
  if (ended_ > 0 && indefinite_ > 0)
    TORCH_WARN(of(ended_), " ended before the tolerance of ", options_.tolerance,
               " was met; raise max_iterations or the tolerance");
  if (indefinite_ > 0)
    TORCH_WARN("the kernel is not positive: ", of(indefinite_),
               " are a minimum among their neighbours, perhaps not the least");
}

}  // namespace spinlab::models
