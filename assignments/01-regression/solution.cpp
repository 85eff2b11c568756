#include "regression.h"

#include <cmath>
#include <limits>
#include <vector>

namespace regression {

using torch::Tensor;

namespace {

/// Given: n rows of X belong to n values of y.
[[maybe_unused]] void require_data(const Tensor& X, const Tensor& y) {
  TORCH_CHECK_VALUE(X.dim() == 2 && y.dim() == 1 && X.size(0) == y.size(0) && X.numel() > 0,
                    "expected a matrix of (n, d) and a vector of (n), got ", X.sizes(), " and ", y.sizes());
}

}  // namespace

Tensor polynomial_features(const Tensor& x, int64_t degree) {
  // BEGIN SOLUTION polynomial_features: broadcasting or a loop; what is 0⁰?
  TORCH_CHECK_VALUE(x.dim() == 1, "x must be a vector, got ", x.sizes());
  TORCH_CHECK_VALUE(degree >= 0, "the degree must be at least 0, got ", degree);
  return x.unsqueeze(1).pow(torch::arange(degree + 1, x.options()));
  // END SOLUTION
}

Tensor fit_least_squares(const Tensor& A, const Tensor& y) {
  // BEGIN SOLUTION fit_least_squares: linalg_qr and linalg_solve_triangular; the normal equations lose Filip
  require_data(A, y);
  TORCH_CHECK_VALUE(A.size(0) >= A.size(1), "expected at least as many points as features, got ", A.sizes());
  const auto norms = torch::linalg_vector_norm(A, 2, 0);
  const auto scale = torch::where(norms > 0, norms, torch::ones_like(norms));
  const auto [Q, R] = torch::linalg_qr(A / scale);
  const double smallest = R.diagonal().abs().min().item<double>();
  TORCH_CHECK_VALUE(smallest > A.size(0) * std::numeric_limits<double>::epsilon(),
                    "the columns are linearly dependent: |R_jj| falls to ", smallest,
                    "; drop features or use ridge");
  const auto rotated = Q.t().matmul(y).unsqueeze(1);
  return torch::linalg_solve_triangular(R, rotated, /*upper=*/true).squeeze(1) / scale;
  // END SOLUTION
}

Tensor fit_ridge(const Tensor& X, const Tensor& y, double lambda) {
  // BEGIN SOLUTION fit_ridge: λn‖w‖² is the squared residual of d more rows, so fit_least_squares can do the
  // work
  require_data(X, y);
  TORCH_CHECK_VALUE(lambda >= 0, "lambda must be at least 0, got ", lambda);
  const auto n = X.size(0), d = X.size(1);
  const auto X_mean = X.mean(0), y_mean = y.mean();
  // λn‖w‖² is the squared residual of d more points whose y is 0.
  const auto penalty = std::sqrt(lambda * n) * torch::eye(d, X.options());
  const auto w =
      fit_least_squares(torch::cat({X - X_mean, penalty}), torch::cat({y - y_mean, y.new_zeros(d)}));
  return torch::cat({w, (y_mean - X_mean.dot(w)).unsqueeze(0)});
  // END SOLUTION
}

Tensor gradient_descent(const Tensor& A, const Tensor& y, const Tensor& w0, double step, int64_t steps) {
  // BEGIN SOLUTION gradient_descent: keep the iterates in a std::vector and torch::stack them
  require_data(A, y);
  TORCH_CHECK_VALUE(w0.dim() == 1 && w0.size(0) == A.size(1), "expected w0 of (", A.size(1), "), got ",
                    w0.sizes());
  TORCH_CHECK_VALUE(step > 0, "the step must be above 0, got ", step);
  TORCH_CHECK_VALUE(steps >= 0, "the number of steps must be at least 0, got ", steps);
  std::vector<Tensor> path{w0};
  for (int64_t t = 0; t < steps; ++t) {
    const auto& w = path.back();
    const auto gradient = A.t().matmul(A.matmul(w) - y) / A.size(0);
    path.push_back(w - step * gradient);
  }
  return torch::stack(path);
  // END SOLUTION
}

double optimal_step(const Tensor& A) {
  // BEGIN SOLUTION optimal_step: linalg_eigvalsh
  TORCH_CHECK_VALUE(A.dim() == 2 && A.numel() > 0, "A must be a matrix, got ", A.sizes());
  const auto spectrum = torch::linalg_eigvalsh(A.t().matmul(A) / A.size(0));
  return 2.0 / (spectrum.min() + spectrum.max()).item<double>();
  // END SOLUTION
}

Tensor soft_threshold(const Tensor& z, double t) {
  // BEGIN SOLUTION soft_threshold
  TORCH_CHECK_VALUE(t >= 0, "the threshold must be at least 0, got ", t);
  return z.sign() * (z.abs() - t).clamp_min(0);
  // END SOLUTION
}

double lasso_violation(const Tensor& X, const Tensor& y, const Tensor& w, double lambda) {
  // BEGIN SOLUTION lasso_violation: torch::where chooses between the two conditions
  require_data(X, y);
  const auto d = X.size(1);
  TORCH_CHECK_VALUE(w.dim() == 1 && w.size(0) == d + 1, "expected w of (", d + 1, "), got ", w.sizes());
  TORCH_CHECK_VALUE(lambda >= 0, "lambda must be at least 0, got ", lambda);
  const auto slopes = w.slice(0, 0, d);
  const auto residual = y - X.matmul(slopes) - w[d];
  const auto g = X.t().matmul(residual) / X.size(0);
  const auto active = (g - lambda * slopes.sign()).abs();
  const auto inactive = (g.abs() - lambda).clamp_min(0);
  const auto violations = torch::where(slopes != 0, active, inactive);
  return torch::maximum(violations.max(), residual.mean().abs()).item<double>();
  // END SOLUTION
}

Tensor fit_lasso(const Tensor& X, const Tensor& y, double lambda, double tolerance) {
  // BEGIN SOLUTION fit_lasso: minimise over one weight at a time, the others held; sweep until
  // lasso_violation is small
  require_data(X, y);
  TORCH_CHECK_VALUE(lambda >= 0, "lambda must be at least 0, got ", lambda);
  TORCH_CHECK_VALUE(tolerance > 0, "the tolerance must be above 0, got ", tolerance);
  const auto X_mean = X.mean(0), centred = X - X_mean;
  const auto gram = centred.t().matmul(centred) / X.size(0);
  const auto target = centred.t().matmul(y - y.mean()) / X.size(0);
  auto w = torch::zeros_like(target);
  for (int sweep = 0; sweep < 2000; ++sweep) {
    for (int64_t j = 0; j < w.size(0); ++j) {
      const double curvature = gram[j][j].item<double>();
      if (curvature == 0) continue;
      const auto pull = target[j] - gram[j].dot(w) + curvature * w[j];
      w[j] = soft_threshold(pull, lambda) / curvature;
    }
    const auto fit = torch::cat({w, (y.mean() - X_mean.dot(w)).unsqueeze(0)});
    if (lasso_violation(X, y, fit, lambda) <= tolerance) return fit;
  }
  TORCH_CHECK_VALUE(false, "2000 sweeps did not reach the tolerance ", tolerance, "; ask for a larger one");
  // END SOLUTION
}

Tensor locally_linear(const Tensor& x, const Tensor& y, const Tensor& queries, double bandwidth) {
  // BEGIN SOLUTION locally_linear: only ratios of weights matter: what happens to exp(−u²/2) at u = 40?
  require_data(x.unsqueeze(-1), y);
  TORCH_CHECK_VALUE(queries.dim() == 1, "queries must be a vector, got ", queries.sizes());
  TORCH_CHECK_VALUE(bandwidth > 0, "the bandwidth must be above 0, got ", bandwidth);
  TORCH_CHECK_VALUE((x.min() < x.max()).item<bool>(), "a line needs two different x");
  const auto distance = (x - queries.unsqueeze(1)) / bandwidth;
  // A common factor of a query's weights drops out; softmax takes out the largest, so that far queries do not
  // get 0/0.
  const auto weights = torch::softmax(-0.5 * distance.square(), 1);
  const auto x_mean = weights.matmul(x), y_mean = weights.matmul(y);
  const auto dx = x - x_mean.unsqueeze(1), dy = y - y_mean.unsqueeze(1);
  const auto slope = (weights * dx * dy).sum(1) / (weights * dx.square()).sum(1);
  return y_mean + slope * (queries - x_mean);
  // END SOLUTION
}

Tensor analytical_answers() {
  // BEGIN SOLUTION analytical_answers: return torch::tensor({…}, torch::kFloat64)
  const double pi = std::acos(-1.0);
  const double degrees_of_freedom = 4.0 / 5 + 1.0 / 2 + 0.25 / 1.25;
  const double least_error = 4.0 / (100 * 1 + 4);
  const double steps = std::ceil(std::log(1e6) / std::log(101.0 / 99.0));
  const double lambda_max = ((-1.5) * (-2) + (-0.5) * 0 + 0.5 * (-1) + 1.5 * 3) / 4;
  const double nadaraya_watson = std::sqrt(2 / pi);
  const double local_line = (pi - 4) / (2 * (pi - 2));
  return torch::tensor({degrees_of_freedom, least_error, steps, lambda_max, nadaraya_watson, local_line},
                       torch::kFloat64);
  // END SOLUTION
}

}  // namespace regression
