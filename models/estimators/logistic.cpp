#include "models/estimators/logistic.h"

#include <ATen/ATen.h>

#include "models/registry.h"

namespace spinlab::models {
namespace {

/// Numbers in W and b up to which Newton's steps are the faster.
constexpr int64_t kFewWeights = 300;

bool is_for_newton(const LogisticOptions& options, int64_t numbers) {
  using Solver = LogisticOptions::Solver;
  if (options.solver != Solver::kAuto) return options.solver == Solver::kNewton;
  return options.l1_ratio > 0 || numbers <= kFewWeights;
}

}  // namespace

void LogisticRegression::learn(const at::Tensor& X, const at::Tensor& y) {
  require_classes(y, classes_);
  const SoftmaxLoss loss(X, y, classes_);
  const auto found = is_for_newton(options_, (X.size(1) + 1) * classes_) ? fit_by_newton(loss, options_)
                                                                         : fit_by_lbfgs(loss, options_);
  if (found.missed > options_.tolerance)
    TORCH_WARN("logistic is not at its optimum: an optimality condition is missed by ", found.missed,
               ", not ", options_.tolerance, "; raise max_iterations (", options_.max_iterations,
               ") or the tolerance, or the penalty where classes can be separated");
  weights_ = found.weights;
  intercept_ = found.intercept;
}

at::Tensor LogisticRegression::probabilities(const at::Tensor& X) const { return scores(X).softmax(1); }

namespace {

LogisticOptions::Solver solver(const std::string& name) {
  using Solver = LogisticOptions::Solver;
  return name == "newton" ? Solver::kNewton : name == "lbfgs" ? Solver::kLbfgs : Solver::kAuto;
}

std::unique_ptr<Estimator> make(const Config& config, const Problem& problem) {
  TORCH_CHECK_VALUE(problem.classification, config.where(),
                    ": logistic needs classes; choose ridge for regression");
  const LogisticOptions options{.penalty = config.number("penalty", 0, 1e12),
                                .l1_ratio = config.number("l1_ratio", 0, 1),
                                .solver = solver(config.one_of("solver", {"auto", "newton", "lbfgs"})),
                                .max_iterations = config.integer("max_iterations", 1, 1'000'000),
                                .tolerance = config.number("tolerance", 1e-14, 1)};
  TORCH_CHECK_VALUE(options.l1_ratio == 0 || options.solver != LogisticOptions::Solver::kLbfgs,
                    config.where(),
                    ": lbfgs takes no absolute values as penalty; set l1_ratio to 0, or solver to newton");
  return std::make_unique<LogisticRegression>(problem.outputs, options);
}

const Registered<ModelEntry> kRegistered{
    {.name = "logistic",
     .summary = "logistic (softmax) regression to its optimum, ridge or elastic net",
     .defaults = {{"penalty", 1e-4},
                  {"l1_ratio", 0.0},
                  {"solver", "auto"},
                  {"max_iterations", 200},
                  {"tolerance", 1e-8}},
     .estimator = make}};

}  // namespace
}  // namespace spinlab::models
