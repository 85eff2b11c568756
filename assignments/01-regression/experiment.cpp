// The experiment of the handout, section 11: the student's functions on four problems, with the theory to
// compare with. figure.py draws what this returns.
#include "src/judging/checker/experiment.h"

#include <cmath>

#include "assignments/shared/json.h"
#include "calls.h"
#include "datasets/sets/synthetic.h"
#include "src/core/seed.h"

namespace {

using namespace spinlab;
using namespace spinlab::shared;
using torch::Tensor;

/// Errors of gradient descent from the worst start, w* + v_min + v_max, for one condition number.
Json descent(double condition, std::uint64_t seed) {
  datasets::LinearOptions options;
  options.condition = condition;
  const auto data = datasets::make_linear(options, seed).train;
  const auto best = fit_least_squares(data.inputs, data.targets);
  const auto V = std::get<1>(torch::linalg_eigh(data.inputs.t().matmul(data.inputs)));
  const auto start = best + V.select(1, 0) + V.select(1, -1);
  const auto path = gradient_descent(data.inputs, data.targets, start, optimal_step(data.inputs), 500);
  const auto errors = torch::linalg_vector_norm(path - best, 2, 1);
  return {{"condition", condition}, {"errors", numbers(errors / errors[0])}};
}

/// Weights against λ for ridge, the student's beside V (Λ/(Λ + λ)) Vᵀ w of least squares, and for the lasso.
Json paths(std::uint64_t seed) {
  datasets::LinearOptions options{.samples = 100, .features = 8, .condition = 30, .nonzero = 3, .noise = 0.5};
  const auto sample = datasets::make_linear(options, seed);
  const auto& X = sample.train.inputs;
  const auto& y = sample.train.targets;
  const auto centred = X - X.mean(0);
  const auto [spectrum, V] = torch::linalg_eigh(centred.t().matmul(centred) / X.size(0));
  const auto modes = V.t().matmul(fit_ridge(X, y, 0.0).slice(0, 0, 8));
  const double largest = (centred.t().matmul(y - y.mean()) / X.size(0)).abs().max().item<double>();
  const auto lambdas = torch::logspace(-3, 2, 41, 10.0, torch::kFloat64);
  const auto lasso_lambdas = 1.2 * largest * torch::logspace(-3, 0, 41, 10.0, torch::kFloat64);
  std::vector<Tensor> ridge, theory, lasso;
  for (int64_t i = 0; i < lambdas.size(0); ++i) {
    ridge.push_back(fit_ridge(X, y, lambdas[i].item<double>()).slice(0, 0, 8));
    theory.push_back(V.matmul(spectrum / (spectrum + lambdas[i]) * modes));
    lasso.push_back(fit_lasso(X, y, lasso_lambdas[i].item<double>(), 1e-9).slice(0, 0, 8));
  }
  return {{"truth", numbers(sample.coefficients)},
          {"ridge",
           {{"lambda", numbers(lambdas)},
            {"weights", rows(torch::stack(ridge))},
            {"theory", rows(torch::stack(theory))}}},
          {"lasso",
           {{"lambda", numbers(lasso_lambdas)},
            {"weights", rows(torch::stack(lasso))},
            {"lambda_max", largest}}}};
}

/// A noisy sinusoid: the student's local lines, the truth, and the local mean that has no slope.
Json local(std::uint64_t seed) {
  const double bandwidth = 0.06;
  const auto data = datasets::make_sinusoid({}, seed);
  const auto x = data.inputs.select(1, 0).contiguous();
  const auto queries = torch::linspace(0, 1, 201, torch::kFloat64);
  const auto weights = torch::softmax(-0.5 * ((x - queries.unsqueeze(1)) / bandwidth).square(), 1);
  return {{"x", numbers(x)},
          {"y", numbers(data.targets)},
          {"queries", numbers(queries)},
          {"bandwidth", bandwidth},
          {"truth", numbers(torch::sin(2 * std::acos(-1.0) * queries))},
          {"lines", numbers(locally_linear(x, data.targets, queries, bandwidth))},
          {"means", numbers(weights.matmul(data.targets))}};
}

}  // namespace

spinlab::Json spinlab::judging::experiment(std::uint64_t seed) {
  auto rates = Json::array();
  for (const double condition : {10.0, 100.0, 1000.0})
    rates.push_back(descent(condition, derive_seed(seed, "descent")));
  return {{"seed", seed},
          {"descent", rates},
          {"paths", paths(derive_seed(seed, "paths"))},
          {"local", local(derive_seed(seed, "local"))}};
}
