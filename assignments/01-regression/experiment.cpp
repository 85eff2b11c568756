// The experiment of the handout, section 12: the student's functions on five problems, with the theory to
// compare with. figure.py draws what this returns.
#include "src/judging/checker/experiment.h"

#include <cmath>

#include "assignments/shared/json.h"
#include "calls.h"
#include "datasets/sets/synthetic.h"
#include "houses.h"
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
  return {{"condition", condition}, {"errors", numbers_of(errors / errors[0])}};
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
  return {{"truth", numbers_of(sample.coefficients)},
          {"ridge",
           {{"lambda", numbers_of(lambdas)},
            {"weights", rows(torch::stack(ridge))},
            {"theory", rows(torch::stack(theory))}}},
          {"lasso",
           {{"lambda", numbers_of(lasso_lambdas)},
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
  return {{"x", numbers_of(x)},
          {"y", numbers_of(data.targets)},
          {"queries", numbers_of(queries)},
          {"bandwidth", bandwidth},
          {"truth", numbers_of(torch::sin(2 * std::acos(-1.0) * queries))},
          {"lines", numbers_of(locally_linear(x, data.targets, queries, bandwidth))},
          {"means", numbers_of(weights.matmul(data.targets))}};
}

Tensor root_mean_square(const Tensor& errors) { return errors.square().mean(0).sqrt(); }

/// Errors in USD of the student's descent from w = 0, at the student's step, on both parts of the houses, one
/// for each of `steps`, and the exact ones of the training part: those of the minimum, and what is left of
/// the start along each eigenvector of the Hessian.
Json descent_on_houses(const regression::houses::Split& parts, const Tensor& steps) {
  const auto& [train, held_out] = parts;
  const auto n = static_cast<double>(train.y.size(0));
  const auto [spectrum, V] = torch::linalg_eigh(train.X.t().matmul(train.X) / n);
  const auto best = fit_least_squares(train.X, train.y);
  const double step = optimal_step(train.X);
  const auto path =
      gradient_descent(train.X, train.y, torch::zeros_like(best), step, steps[-1].item<int64_t>());
  const auto at = path.index_select(0, steps).t();
  const auto left = (1 - step * spectrum).pow(2 * steps.unsqueeze(1)) * V.t().matmul(best).square();
  const auto least = root_mean_square(train.X.matmul(best) - train.y);
  return {{"condition", (spectrum[-1] / spectrum[0]).item<double>()},
          {"train", numbers_of(root_mean_square(train.X.matmul(at) - train.y.unsqueeze(1)))},
          {"held_out", numbers_of(root_mean_square(held_out.X.matmul(at) - held_out.y.unsqueeze(1)))},
          {"theory", numbers_of((least.square() + left.matmul(spectrum)).sqrt())},
          {"least_squares", root_mean_square(held_out.X.matmul(best) - held_out.y).item<double>()},
          {"predicted", numbers_of(held_out.X.matmul(path[-1]).slice(0, 0, 1000))},
          {"paid", numbers_of(held_out.y.slice(0, 0, 1000))}};
}

/// The same houses with features as they are in the file, and standardised.
Json houses(std::uint64_t seed) {
  const auto raw = regression::houses::split(regression::houses::california(), seed);
  const auto steps = torch::logspace(0, 3, 31, 10.0, torch::kFloat64).round().to(torch::kLong);
  return {{"steps", numbers_of(steps)},
          {"mean_price", root_mean_square(raw.held_out.y - raw.train.y.mean()).item<double>()},
          {"raw", descent_on_houses(raw, steps)},
          {"standardised", descent_on_houses(regression::houses::standardised(raw), steps)}};
}

}  // namespace

spinlab::Json spinlab::judging::experiment(std::uint64_t seed) {
  auto rates = Json::array();
  for (const double condition : {10.0, 100.0, 1000.0})
    rates.push_back(descent(condition, derive_seed(seed, "descent")));
  Json result{{"seed", seed},
              {"descent", rates},
              {"paths", paths(derive_seed(seed, "paths"))},
              {"local", local(derive_seed(seed, "local"))}};
  if (datasets::DataFolders().look_up("tabular/california_housing.csv"))
    result["houses"] = houses(derive_seed(seed, "houses"));
  return result;
}
