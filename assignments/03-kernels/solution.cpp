#include "kernels.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace kernels {

using torch::Tensor;

namespace {

/// Given: the points of X and Z have as many coordinates.
[[maybe_unused]] void require_points(const Tensor& X, const Tensor& Z) {
  TORCH_CHECK_VALUE(X.dim() == 2 && Z.dim() == 2 && X.size(1) == Z.size(1),
                    "expected points (n, d) and (m, d), got ", X.sizes(), " and ", Z.sizes());
}

/// Given: K is a square matrix, with a row for each entry of y.
[[maybe_unused]] void require_gram(const Tensor& K, const Tensor& y) {
  TORCH_CHECK_VALUE(K.dim() == 2 && K.size(0) == K.size(1) && y.dim() == 1 && y.size(0) == K.size(0),
                    "expected a matrix (n, n) and a vector (n), got ", K.sizes(), " and ", y.sizes());
}

/// Given: what torch::randn({n, d}, seeded(seed), torch::kFloat64) draws, the seed alone decides.
[[maybe_unused]] torch::Generator seeded(int64_t seed) {
  return torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed));
}

// BEGIN SOLUTION
/// The lower triangular L with LLᵀ = A.
Tensor lower_factor(const Tensor& A) {
  const auto [L, info] = torch::linalg_cholesky_ex(A);
  TORCH_CHECK_VALUE(info.item<int64_t>() == 0, "the matrix is not positive definite");
  return L;
}

/// x of LLᵀx = b, for each column of b.
Tensor substitute(const Tensor& L, const Tensor& b) {
  const auto z = torch::linalg_solve_triangular(L, b, /*upper=*/false);
  return torch::linalg_solve_triangular(L.t(), z, /*upper=*/true);
}

/// A + number · 1.
Tensor shifted(const Tensor& A, double number) { return A + number * torch::eye(A.size(0), A.options()); }

void require_symmetric(const Tensor& K) {
  TORCH_CHECK_VALUE(K.dim() == 2 && K.size(0) == K.size(1), "expected a square matrix, got ", K.sizes());
  TORCH_CHECK_VALUE(((K - K.t()).abs().max() <= 1e-10 * K.abs().max()).item<bool>(), "K is not symmetric");
}
// END SOLUTION

}  // namespace

Tensor circle_features(const Tensor& X) {
  // BEGIN SOLUTION circle_features: X.select(1, 0) is a column, torch::stack puts columns side by side
  TORCH_CHECK_VALUE(X.dim() == 2 && X.size(1) == 2, "expected points (n, 2), got ", X.sizes());
  const auto x = X.select(1, 0), y = X.select(1, 1);
  return torch::stack({x.square(), std::sqrt(2) * x * y, y.square()}, 1);
  // END SOLUTION
}

Tensor polynomial_kernel(const Tensor& X, const Tensor& Z, int64_t degree, double offset) {
  // BEGIN SOLUTION polynomial_kernel: all inner products are one product of matrices
  require_points(X, Z);
  TORCH_CHECK_VALUE(degree >= 1, "the degree must be at least 1, got ", degree);
  TORCH_CHECK_VALUE(offset >= 0, "the offset must not be negative, got ", offset);
  return (X.matmul(Z.t()) + offset).pow(degree);
  // END SOLUTION
}

Tensor squared_distances(const Tensor& X, const Tensor& Z) {
  // BEGIN SOLUTION squared_distances: ‖x‖² + ‖z‖² − 2x·z loses the digits that they have in common
  require_points(X, Z);
  auto sum = torch::zeros({X.size(0), Z.size(0)}, X.options());
  for (int64_t j = 0; j < X.size(1); ++j) sum += (X.select(1, j).unsqueeze(1) - Z.select(1, j)).square();
  return sum;
  // END SOLUTION
}

Tensor gaussian_kernel(const Tensor& X, const Tensor& Z, double width) {
  // BEGIN SOLUTION gaussian_kernel
  TORCH_CHECK_VALUE(width > 0, "the width must be above 0, got ", width);
  return torch::exp(-squared_distances(X, Z) / (2 * width * width));
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// Exponents of all monomials of one degree in d variables, the first ones high first.
std::vector<std::vector<int64_t>> exponents(int64_t d, int64_t degree) {
  if (d == 0)
    return degree == 0 ? std::vector<std::vector<int64_t>>{{}} : std::vector<std::vector<int64_t>>{};
  std::vector<std::vector<int64_t>> all;
  for (int64_t first = degree; first >= 0; --first) {
    for (auto rest : exponents(d - 1, degree - first)) {
      rest.insert(rest.begin(), first);
      all.push_back(rest);
    }
  }
  return all;
}

double factorial(int64_t n) { return n < 2 ? 1 : static_cast<double>(n) * factorial(n - 1); }

}  // namespace
// END SOLUTION

Tensor monomial_features(const Tensor& X, int64_t degree, double offset) {
  // BEGIN SOLUTION monomial_features: a recursion over the coordinates lists the exponents of one degree
  TORCH_CHECK_VALUE(X.dim() == 2, "expected points (n, d), got ", X.sizes());
  TORCH_CHECK_VALUE(degree >= 1, "the degree must be at least 1, got ", degree);
  TORCH_CHECK_VALUE(offset >= 0, "the offset must not be negative, got ", offset);
  std::vector<Tensor> columns;
  for (int64_t total = 0; total <= degree; ++total) {
    for (const auto& powers : exponents(X.size(1), total)) {
      const auto rest = degree - total;
      double weight = factorial(degree) / factorial(rest) * std::pow(offset, rest);
      auto column = torch::ones({X.size(0)}, X.options());
      for (std::size_t j = 0; j < powers.size(); ++j) {
        weight /= factorial(powers[j]);
        column = column * X.select(1, static_cast<int64_t>(j)).pow(powers[j]);
      }
      columns.push_back(std::sqrt(weight) * column);
    }
  }
  return torch::stack(columns, 1);
  // END SOLUTION
}

Tensor polynomial_errors(const Tensor& x, const Tensor& y, const Tensor& x_new, const Tensor& y_new,
                         int64_t max_degree) {
  // BEGIN SOLUTION polynomial_errors: least squares of each degree by QR, as in assignment 1
  TORCH_CHECK_VALUE(
      x.dim() == 1 && x.sizes() == y.sizes() && x_new.dim() == 1 && x_new.sizes() == y_new.sizes(),
      "expected x and y of one length, x_new and y_new of one length");
  TORCH_CHECK_VALUE(max_degree >= 0 && max_degree < x.size(0), "expected a degree from 0 to ", x.size(0) - 1,
                    ", got ", max_degree);
  const auto powers = [&](const Tensor& at, int64_t degree) {
    return at.unsqueeze(1).pow(torch::arange(degree + 1, at.options()));
  };
  auto errors = torch::empty({max_degree + 1, 2}, x.options());
  for (int64_t degree = 0; degree <= max_degree; ++degree) {
    const auto A = powers(x, degree);
    const auto [Q, R] = torch::linalg_qr(A);
    const auto w = torch::linalg_solve_triangular(R, Q.t().matmul(y).unsqueeze(1), /*upper=*/true).squeeze(1);
    errors[degree][0] = (A.matmul(w) - y).square().mean();
    errors[degree][1] = (powers(x_new, degree).matmul(w) - y_new).square().mean();
  }
  return errors;
  // END SOLUTION
}

double least_eigenvalue(const Tensor& K) {
  // BEGIN SOLUTION least_eigenvalue: linalg_eigvalsh
  require_symmetric(K);
  return torch::linalg_eigvalsh(K).min().item<double>();
  // END SOLUTION
}

Tensor nearest_gram(const Tensor& K) {
  // BEGIN SOLUTION nearest_gram: linalg_eigh; which eigenvalues may stay?
  require_symmetric(K);
  const auto [spectrum, V] = torch::linalg_eigh(K);
  return (V * spectrum.clamp_min(0)).matmul(V.t());
  // END SOLUTION
}

double inner_product(const Tensor& alpha, const Tensor& K, const Tensor& beta) {
  // BEGIN SOLUTION inner_product
  TORCH_CHECK_VALUE(K.dim() == 2 && alpha.dim() == 1 && beta.dim() == 1 && K.size(0) == alpha.size(0) &&
                        K.size(1) == beta.size(0),
                    "expected (n), (n, m) and (m), got ", alpha.sizes(), ", ", K.sizes(), " and ",
                    beta.sizes());
  return alpha.dot(K.matmul(beta)).item<double>();
  // END SOLUTION
}

double rkhs_norm(const Tensor& alpha, const Tensor& K) {
  // BEGIN SOLUTION rkhs_norm: what may be below 0 by rounding, and what may not?
  require_gram(K, alpha);
  const double square = inner_product(alpha, K, alpha);
  const double scale = inner_product(alpha.abs(), K.abs(), alpha.abs());
  TORCH_CHECK_VALUE(square >= -1e-10 * scale, "K is no Gram matrix: the squared norm is ", square);
  return std::sqrt(std::max(square, 0.0));
  // END SOLUTION
}

Tensor project(const Tensor& K, const Tensor& cross, const Tensor& alpha) {
  // BEGIN SOLUTION project: what is left of f is orthogonal to each k(z_j, ·), so it vanishes at each z_j
  TORCH_CHECK_VALUE(cross.dim() == 2 && alpha.dim() == 1 && cross.size(1) == alpha.size(0),
                    "expected (m, n) and (n), got ", cross.sizes(), " and ", alpha.sizes());
  const auto values = cross.matmul(alpha);
  require_gram(K, values);
  return substitute(lower_factor(K), values.unsqueeze(1)).squeeze(1);
  // END SOLUTION
}

Tensor fit_kernel_ridge(const Tensor& K, const Tensor& y, double lambda) {
  // BEGIN SOLUTION fit_kernel_ridge: Cholesky's factor and two triangular systems
  require_gram(K, y);
  TORCH_CHECK_VALUE(lambda >= 0, "lambda must not be negative, got ", lambda);
  const auto L = lower_factor(shifted(K, lambda * K.size(0)));
  return substitute(L, y.unsqueeze(1)).squeeze(1);
  // END SOLUTION
}

Tensor fit_feature_ridge(const Tensor& features, const Tensor& y, double lambda) {
  // BEGIN SOLUTION fit_feature_ridge: λ > 0, so the normal equations are positive definite
  TORCH_CHECK_VALUE(features.dim() == 2 && y.dim() == 1 && features.size(0) == y.size(0),
                    "expected (n, D) and (n), got ", features.sizes(), " and ", y.sizes());
  TORCH_CHECK_VALUE(lambda > 0, "lambda must be above 0, got ", lambda);
  const auto products = features.t().matmul(features);
  const auto L = lower_factor(shifted(products, lambda * y.size(0)));
  return substitute(L, features.t().matmul(y).unsqueeze(1)).squeeze(1);
  // END SOLUTION
}

Tensor centre_gram(const Tensor& K, const Tensor& cross) {
  // BEGIN SOLUTION centre_gram: multiply (φ(z) − φ̄)·(φ(x) − φ̄) out; each φ̄ is a mean over training points
  TORCH_CHECK_VALUE(K.dim() == 2 && K.size(0) == K.size(1) && cross.dim() == 2 && cross.size(1) == K.size(0),
                    "expected (n, n) and (m, n), got ", K.sizes(), " and ", cross.sizes());
  return cross - cross.mean(1, /*keepdim=*/true) - K.mean(0) + K.mean();
  // END SOLUTION
}

double effective_degrees_of_freedom(const Tensor& K, double lambda) {
  // BEGIN SOLUTION effective_degrees_of_freedom: the trace is a sum over eigenvalues
  TORCH_CHECK_VALUE(K.dim() == 2 && K.size(0) == K.size(1), "expected a square matrix, got ", K.sizes());
  TORCH_CHECK_VALUE(lambda > 0, "lambda must be above 0, got ", lambda);
  const auto spectrum = torch::linalg_eigvalsh(K);
  return (spectrum / (spectrum + lambda * K.size(0))).sum().item<double>();
  // END SOLUTION
}

Tensor leave_one_out_errors(const Tensor& K, const Tensor& y, double lambda) {
  // BEGIN SOLUTION leave_one_out_errors: the diagonal of (LLᵀ)⁻¹ from the columns of L⁻¹
  const auto alpha = fit_kernel_ridge(K, y, lambda);
  const auto L = lower_factor(shifted(K, lambda * K.size(0)));
  const auto inverse = torch::linalg_solve_triangular(L, torch::eye(K.size(0), K.options()), /*upper=*/false);
  return alpha / inverse.square().sum(0);
  // END SOLUTION
}

Tensor fourier_frequencies(int64_t dimension, int64_t pairs, double width, int64_t seed) {
  // BEGIN SOLUTION fourier_frequencies: which Gaussian has exp(−δ²/2ℓ²) as its Fourier transform?
  TORCH_CHECK_VALUE(dimension >= 1 && pairs >= 1, "expected a dimension and pairs of at least 1, got ",
                    dimension, " and ", pairs);
  TORCH_CHECK_VALUE(width > 0, "the width must be above 0, got ", width);
  return torch::randn({pairs, dimension}, seeded(seed), torch::kFloat64) / width;
  // END SOLUTION
}

Tensor fourier_features(const Tensor& X, const Tensor& frequencies) {
  // BEGIN SOLUTION fourier_features: torch::cat puts two matrices side by side
  require_points(X, frequencies);
  TORCH_CHECK_VALUE(frequencies.size(0) >= 1, "expected at least one frequency");
  const auto phase = X.matmul(frequencies.t());
  return torch::cat({phase.cos(), phase.sin()}, 1) / std::sqrt(frequencies.size(0));
  // END SOLUTION
}

Tensor consecutive_days(const Tensor& days) {
  // BEGIN SOLUTION consecutive_days: differences of neighbours; nonzero() gives the places
  TORCH_CHECK_VALUE(days.dim() == 1 && days.scalar_type() == torch::kLong, "expected int64 (n), got ",
                    days.sizes());
  if (days.size(0) < 2) return torch::empty({0}, torch::kLong);
  const auto gaps = days.slice(0, 1) - days.slice(0, 0, -1);
  TORCH_CHECK_VALUE(gaps.min().item<int64_t>() >= 1, "days must increase");
  return gaps.eq(1).nonzero().view(-1) + 1;
  // END SOLUTION
}

Tensor calendar_features(const Tensor& days, int64_t harmonics) {
  // BEGIN SOLUTION calendar_features: days are whole numbers, years are not
  TORCH_CHECK_VALUE(days.dim() == 1 && days.scalar_type() == torch::kLong, "expected int64 (n), got ",
                    days.sizes());
  TORCH_CHECK_VALUE(harmonics >= 1, "expected at least one harmonic, got ", harmonics);
  const auto t = days.to(torch::kFloat64) / 365.25;
  std::vector<Tensor> columns;
  for (int64_t h = 1; h <= harmonics; ++h) {
    const auto phase = 2 * std::numbers::pi * static_cast<double>(h) * t;
    columns.push_back(phase.sin());
    columns.push_back(phase.cos());
  }
  return torch::stack(columns, 1);
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

constexpr int64_t kPairs = 60;

/// What a forecast is made from: the season, and how warm the day before was in deviations of the series.
struct Inputs {
  double mean, deviation;

  Tensor points(const Tensor& days, const Tensor& yesterdays) const {
    const auto warmth = (yesterdays - mean) / deviation;
    return torch::cat({calendar_features(days, 1), warmth.unsqueeze(1) / 2}, 1);
  }
};

/// Ridge regression of centred features, with the mean square of its leave-one-out errors.
struct Fit {
  Tensor frequencies, centre, w;
  double intercept, error;

  Tensor at(const Tensor& points) const {
    return intercept + (fourier_features(points, frequencies) - centre).matmul(w);
  }
};

/// The diagonal of the matrix that maps y to fitted values, for an intercept and centred features.
Tensor leverages(const Tensor& features, double lambda) {
  const auto n = features.size(0);
  const auto L = lower_factor(shifted(features.t().matmul(features), lambda * n));
  const auto z = torch::linalg_solve_triangular(L, features.t(), /*upper=*/false);
  return z.square().sum(0) + 1.0 / n;
}

Fit fit(const Tensor& points, const Tensor& y, double width, double lambda) {
  Fit made;
  made.frequencies = fourier_frequencies(points.size(1), kPairs, width, /*seed=*/3);
  auto features = fourier_features(points, made.frequencies);
  made.centre = features.mean(0);
  features = features - made.centre;
  made.intercept = y.mean().item<double>();
  made.w = fit_feature_ridge(features, y - made.intercept, lambda);
  const auto residuals = y - made.intercept - features.matmul(made.w);
  made.error = (residuals / (1 - leverages(features, lambda))).square().mean().item<double>();
  return made;
}

}  // namespace
// END SOLUTION

Tensor forecast_temperatures(const Tensor& days, const Tensor& temperatures, const Tensor& query_days,
                             const Tensor& yesterdays) {
  // BEGIN SOLUTION forecast_temperatures: pairs of days; one scale for all queries; leave-one-out chooses
  TORCH_CHECK_VALUE(temperatures.sizes() == days.sizes() && query_days.dim() == 1 &&
                        query_days.sizes() == yesterdays.sizes(),
                    "expected (n), (n), (m) and (m)");
  const auto today = consecutive_days(days);
  const auto y = temperatures.index_select(0, today);
  const Inputs inputs{temperatures.mean().item<double>(),
                      temperatures.std(/*unbiased=*/false).item<double>()};
  const auto points = inputs.points(days.index_select(0, today), temperatures.index_select(0, today - 1));
  Fit best;
  best.error = std::numeric_limits<double>::infinity();
  for (const double width : {0.8, 1.5}) {
    for (const double lambda : {1e-4, 1e-3}) {
      const auto candidate = fit(points, y, width, lambda);
      if (candidate.error < best.error) best = candidate;
    }
  }
  return best.at(inputs.points(query_days, yesterdays));
  // END SOLUTION
}

Tensor laplace_frequencies(int64_t dimension, int64_t pairs, double width, int64_t seed) {
  // BEGIN SOLUTION laplace_frequencies: a Gaussian kernel whose width is drawn as well; one draw for a row
  TORCH_CHECK_VALUE(dimension >= 1 && pairs >= 1, "expected a dimension and pairs of at least 1, got ",
                    dimension, " and ", pairs);
  TORCH_CHECK_VALUE(width > 0, "the width must be above 0, got ", width);
  const auto numbers = torch::randn({pairs, dimension + 1}, seeded(seed), torch::kFloat64);
  return numbers.slice(1, 0, dimension) / numbers.slice(1, dimension).abs() / width;
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

struct Modes {
  Tensor eigenvalues;  // falling
  Tensor at_nodes;     // a column for each eigenfunction
};

/// √w K √w is symmetric and has the eigenvalues of K w.
Modes modes(const Tensor& K, const Tensor& weights) {
  require_gram(K, weights);
  TORCH_CHECK_VALUE((weights > 0).all().item<bool>(), "weights must be above 0");
  const auto root = weights.sqrt();
  const auto [spectrum, V] = torch::linalg_eigh(root.unsqueeze(1) * K * root);
  return {spectrum.flip(0), V.flip(1) / root.unsqueeze(1)};
}

}  // namespace
// END SOLUTION

Tensor mercer_eigenvalues(const Tensor& K, const Tensor& weights) {
  // BEGIN SOLUTION mercer_eigenvalues: Kw is not symmetric; √w K √w is, and has the same eigenvalues
  return modes(K, weights).eigenvalues;
  // END SOLUTION
}

Tensor mercer_functions(const Tensor& K, const Tensor& weights, const Tensor& cross, int64_t count) {
  // BEGIN SOLUTION mercer_functions
  const auto [eigenvalues, at_nodes] = modes(K, weights);
  TORCH_CHECK_VALUE(cross.dim() == 2 && cross.size(1) == K.size(0), "expected cross of (m, ", K.size(0),
                    "), got ", cross.sizes());
  TORCH_CHECK_VALUE(count >= 1 && count <= K.size(0), "expected 1 to ", K.size(0), " functions, got ", count);
  const auto kept = eigenvalues.slice(0, 0, count);
  const double rounding = K.size(0) * std::numeric_limits<double>::epsilon();
  TORCH_CHECK_VALUE((kept.min() > rounding * eigenvalues[0]).item<bool>(), "eigenvalue ", count,
                    " is 0 up to rounding");
  return cross.matmul(weights.unsqueeze(1) * at_nodes.slice(1, 0, count)) / kept;
  // END SOLUTION
}

}  // namespace kernels
