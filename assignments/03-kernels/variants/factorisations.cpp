// Other factorisations and recursions: QR of augmented systems, LDLᵀ, bordering, exact kernel ridge on the last years
#include "kernels.h"
#include <cmath>
#include <vector>
namespace kernels {
using torch::Tensor;
namespace {
Tensor identity(const Tensor& like) { return torch::eye(like.size(0), torch::kFloat64); }
void points(const Tensor& X, const Tensor& Z) {
  TORCH_CHECK_VALUE(X.dim() == 2 && Z.dim() == 2, "expected matrices");
  TORCH_CHECK_VALUE(X.size(-1) == Z.size(-1), "expected as many coordinates");
}
void system_of(const Tensor& A, const Tensor& b) {
  TORCH_CHECK_VALUE(A.dim() == 2 && b.dim() == 1, "expected a matrix and a vector");
  TORCH_CHECK_VALUE(A.size(0) == A.size(1) && A.size(0) == b.size(0), "expected (n, n) and (n)");
}
/// Gauss without pivots: fine and telling for a positive definite matrix. Each pivot must be above 0.
Tensor eliminated(Tensor A, Tensor B) {
  A = A.clone();
  B = B.clone();
  const auto n = A.size(0);
  for (int64_t k = 0; k < n; ++k) {
    const double pivot = A[k][k].item<double>();
    TORCH_CHECK_VALUE(pivot > 0, "a pivot is not above 0");
    const auto factors = A.select(1, k).slice(0, k + 1) / pivot;
    A.slice(0, k + 1).sub_(torch::outer(factors, A[k].clone()));
    B.slice(0, k + 1).sub_(torch::outer(factors, B[k].clone()));
  }
  return torch::linalg_solve_triangular(A.triu(), B, true);
}
}  // namespace
Tensor circle_features(const Tensor& X) {
  TORCH_CHECK_VALUE(X.dim() == 2, "a matrix");
  TORCH_CHECK_VALUE(X.size(1) == 2, "two columns");
  return monomial_features(X, 2, 0).slice(1, 3).contiguous();
}
Tensor polynomial_kernel(const Tensor& X, const Tensor& Z, int64_t degree, double offset) {
  points(X, Z);
  TORCH_CHECK_VALUE(degree > 0 && offset >= 0, "degree or offset");
  const auto base = torch::addmm(torch::full({1}, offset, X.options()), X, Z.t());
  auto power = base;
  for (int64_t i = 1; i < degree; ++i) power = power * base;
  return power;
}
Tensor squared_distances(const Tensor& X, const Tensor& Z) {
  points(X, Z);
  std::vector<Tensor> rows;
  for (const auto& x : X.unbind()) rows.push_back((Z - x).pow(2).sum(1));
  return torch::stack(rows);
}
Tensor gaussian_kernel(const Tensor& X, const Tensor& Z, double width) {
  TORCH_CHECK_VALUE(width > 0, "width");
  return torch::exp(squared_distances(X, Z).div(-2).div(width * width));
}
Tensor monomial_features(const Tensor& X, int64_t degree, double offset) {
  TORCH_CHECK_VALUE(X.dim() == 2 && degree >= 1 && offset >= 0, "arguments");
  // blocks[t]: all monomials of degree t of the last coordinates, over the root of the product of factorials
  std::vector<Tensor> blocks(degree + 1, torch::empty({X.size(0), 0}, X.options()));
  blocks[0] = torch::ones({X.size(0), 1}, X.options());
  for (int64_t j = X.size(1) - 1; j >= 0; --j) {
    std::vector<Tensor> next;
    for (int64_t t = 0; t <= degree; ++t) {
      std::vector<Tensor> parts;
      for (int64_t e = t; e >= 0; --e)
        parts.push_back(blocks[t - e] * (X.select(1, j).pow(e) / std::exp(std::lgamma(e + 1) / 2)).unsqueeze(1));
      next.push_back(torch::cat(parts, 1));
    }
    blocks = next;
  }
  std::vector<Tensor> all;
  for (int64_t t = 0; t <= degree; ++t) {
    const double log = std::lgamma(degree + 1) - std::lgamma(degree - t + 1);
    all.push_back(blocks[t] * std::sqrt(std::exp(log) * std::pow(offset, degree - t)));
  }
  return torch::cat(all, 1);
}
Tensor polynomial_errors(const Tensor& x, const Tensor& y, const Tensor& x_new, const Tensor& y_new, int64_t max_degree) {
  TORCH_CHECK_VALUE(x.dim() == 1 && y.dim() == 1 && x_new.dim() == 1 && y_new.dim() == 1, "vectors");
  TORCH_CHECK_VALUE(x.numel() == y.numel() && x_new.numel() == y_new.numel(), "lengths");
  TORCH_CHECK_VALUE(max_degree >= 0 && max_degree + 1 <= x.numel(), "degree");
  // one QR: the columns of Q up to p are the polynomials up to degree p
  const auto k = torch::arange(max_degree + 1, torch::kFloat64);
  const auto [Q, R] = torch::linalg_qr(torch::pow(x.unsqueeze(1), k));
  const auto Q_new = torch::linalg_solve_triangular(R, torch::pow(x_new.unsqueeze(1), k), true, /*left=*/false);
  const auto terms = Q.t().matmul(y);
  const auto left = y.unsqueeze(1) - (Q * terms).cumsum(1), left_new = y_new.unsqueeze(1) - (Q_new * terms).cumsum(1);
  return torch::stack({left.square().mean(0), left_new.square().mean(0)}, 1);
}
double least_eigenvalue(const Tensor& K) {
  TORCH_CHECK_VALUE(K.dim() == 2 && K.size(0) == K.size(1), "square");
  TORCH_CHECK_VALUE(torch::allclose(K, K.t(), 0, 1e-10 * K.abs().max().item<double>()), "symmetric");
  return torch::linalg_eigvalsh(K).amin().item<double>();
}
Tensor nearest_gram(const Tensor& K) {
  TORCH_CHECK_VALUE(least_eigenvalue(K) < 1e308, "finite");
  // (K + |K|)/2, |K| = (K²)^½ by the singular value decomposition: U and V of a symmetric matrix differ in signs alone
  const auto [U, S, Vh] = torch::linalg_svd(K);
  const auto size = (Vh.t() * S).matmul(Vh);
  return (K + K.t() + size + size.t()) / 4;
}
double inner_product(const Tensor& alpha, const Tensor& K, const Tensor& beta) {
  TORCH_CHECK_VALUE(alpha.dim() == 1 && K.dim() == 2 && beta.dim() == 1, "shapes");
  TORCH_CHECK_VALUE(alpha.size(0) == K.size(0) && beta.size(0) == K.size(1), "lengths");
  return (torch::outer(alpha, beta) * K).sum().item<double>();
}
double rkhs_norm(const Tensor& alpha, const Tensor& K) {
  system_of(K, alpha);
  const auto terms = torch::outer(alpha, alpha) * K;
  const double sum = terms.sum().item<double>();
  TORCH_CHECK_VALUE(sum >= 0 || -sum <= 1e-10 * terms.abs().sum().item<double>(), "no Gram matrix");
  return sum > 0 ? std::sqrt(sum) : 0.0;
}
Tensor project(const Tensor& K, const Tensor& cross, const Tensor& alpha) {
  TORCH_CHECK_VALUE(cross.dim() == 2 && alpha.dim() == 1 && cross.size(1) == alpha.size(0), "shapes");
  return fit_kernel_ridge(K, torch::mv(cross, alpha), 0);
}
Tensor fit_kernel_ridge(const Tensor& K, const Tensor& y, double lambda) {
  system_of(K, y);
  TORCH_CHECK_VALUE(lambda >= 0, "penalty");
  return eliminated(K + lambda * y.size(0) * identity(K), y.unsqueeze(1)).squeeze(1);
}
Tensor fit_feature_ridge(const Tensor& features, const Tensor& y, double lambda) {
  TORCH_CHECK_VALUE(features.dim() == 2 && y.dim() == 1 && features.size(0) == y.size(0) && lambda > 0, "arguments");
  const auto D = features.size(1);
  const auto rows = torch::cat({features, std::sqrt(lambda * y.size(0)) * torch::eye(D, torch::kFloat64)});
  const auto [Q, R] = torch::linalg_qr(rows);
  const auto rhs = Q.t().matmul(torch::cat({y, torch::zeros({D}, torch::kFloat64)}));
  return torch::linalg_solve_triangular(R, rhs.unsqueeze(1), true).squeeze(1);
}
Tensor centre_gram(const Tensor& K, const Tensor& cross) {
  TORCH_CHECK_VALUE(K.dim() == 2 && K.size(0) == K.size(1), "square");
  TORCH_CHECK_VALUE(cross.dim() == 2 && cross.size(1) == K.size(1), "columns");
  const auto moved = cross - K.mean(0, true);
  return moved - moved.mean(1, true);
}
double effective_degrees_of_freedom(const Tensor& K, double lambda) {
  TORCH_CHECK_VALUE(K.dim() == 2 && K.size(0) == K.size(1) && lambda > 0, "arguments");
  return eliminated(K / (lambda * K.size(0)) + identity(K), K / (lambda * K.size(0))).trace().item<double>();
}
Tensor leave_one_out_errors(const Tensor& K, const Tensor& y, double lambda) {
  system_of(K, y);
  TORCH_CHECK_VALUE(lambda >= 0, "penalty");
  const auto right = torch::cat({y.unsqueeze(1), identity(K)}, 1);
  const auto both = eliminated(K + lambda * y.size(0) * identity(K), right);
  return both.select(1, 0) / both.slice(1, 1).diagonal();
}
Tensor fourier_frequencies(int64_t dimension, int64_t pairs, double width, int64_t seed) {
  TORCH_CHECK_VALUE(dimension >= 1, "dimension");
  TORCH_CHECK_VALUE(pairs >= 1, "pairs");
  TORCH_CHECK_VALUE(width > 0, "width");
  auto generator = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<uint64_t>(seed));
  return torch::empty({pairs, dimension}, torch::kFloat64).normal_(0, 1 / width, generator);
}
Tensor fourier_features(const Tensor& X, const Tensor& frequencies) {
  points(X, frequencies);
  TORCH_CHECK_VALUE(frequencies.size(0) > 0, "frequencies");
  const auto waves = torch::polar(torch::ones({1}, X.options()), X.matmul(frequencies.t()));
  return torch::cat({torch::real(waves), torch::imag(waves)}, 1) / std::sqrt(static_cast<double>(frequencies.size(0)));
}
Tensor consecutive_days(const Tensor& days) {
  TORCH_CHECK_VALUE(days.dim() == 1 && days.dtype() == torch::kInt64, "days");
  const auto n = days.numel();
  if (n < 2) return torch::zeros({0}, torch::kInt64);
  const auto before = days.narrow(0, 0, n - 1), after = days.narrow(0, 1, n - 1);
  TORCH_CHECK_VALUE(after.gt(before).all().item<bool>(), "days do not increase");
  return torch::arange(1, n).masked_select(after.eq(before + 1));
}
Tensor calendar_features(const Tensor& days, int64_t harmonics) {
  TORCH_CHECK_VALUE(days.dim() == 1 && days.dtype() == torch::kInt64 && harmonics >= 1, "arguments");
  const auto phase = days.remainder(1461).to(torch::kFloat64) * (2 * M_PI * 4 / 1461);  // the phase of four years
  auto columns = torch::empty({days.numel(), 2 * harmonics}, torch::kFloat64);
  for (int64_t h = 1; h <= harmonics; ++h) {
    columns.select(1, 2 * h - 2).copy_((h * phase).sin());
    columns.select(1, 2 * h - 1).copy_((h * phase).cos());
  }
  return columns;
}
Tensor forecast_temperatures(const Tensor& days, const Tensor& temperatures, const Tensor& query_days, const Tensor& yesterdays) {
  TORCH_CHECK_VALUE(temperatures.dim() == 1 && days.numel() == temperatures.numel(), "series");
  TORCH_CHECK_VALUE(query_days.dim() == 1 && yesterdays.dim() == 1 && query_days.numel() == yesterdays.numel(), "queries");
  auto now = consecutive_days(days);
  now = now.slice(0, std::max<int64_t>(0, now.numel() - 1500));
  const auto y = temperatures.index_select(0, now);
  const double level = y.mean().item<double>();
  // a product of a season's kernel and one of warmth, and a sum with a line in warmth: sums and products are kernels
  const auto kernel = [&](const Tensor& d, const Tensor& t, const Tensor& d2, const Tensor& t2) {
    const auto season = gaussian_kernel(calendar_features(d, 1), calendar_features(d2, 1), 1.2);
    const auto warmth = gaussian_kernel(t.unsqueeze(1), t2.unsqueeze(1), 8);
    return season * warmth + torch::outer(t - level, t2 - level) / 200;
  };
  const auto d = days.index_select(0, now), t = temperatures.index_select(0, now - 1);
  const auto K = kernel(d, t, d, t);
  const auto L = torch::linalg_cholesky(K + 5e-4 * y.numel() * identity(K));
  const auto z = torch::linalg_solve_triangular(L, (y - level).unsqueeze(1), false);
  const auto alpha = torch::linalg_solve_triangular(L.t(), z, true).squeeze(1);
  return level + kernel(query_days, yesterdays, d, t).matmul(alpha);
}
Tensor laplace_frequencies(int64_t dimension, int64_t pairs, double width, int64_t seed) {
  TORCH_CHECK_VALUE(dimension >= 1 && pairs >= 1 && width > 0, "arguments");
  // a width drawn for each row: 1/|u| of a Gaussian kernel of width 1
  const auto gauss = fourier_frequencies(dimension, pairs, width, seed);
  const auto widths = fourier_frequencies(1, pairs, 1, seed ^ 0x5bd1e995).abs();
  return gauss / widths;
}
Tensor mercer_eigenvalues(const Tensor& K, const Tensor& weights) {
  system_of(K, weights);
  TORCH_CHECK_VALUE(weights.min().item<double>() > 0, "weights");
  const auto w = weights.sqrt();
  return torch::linalg_eigvalsh(K * torch::outer(w, w)).flip(0);
}
Tensor mercer_functions(const Tensor& K, const Tensor& weights, const Tensor& cross, int64_t count) {
  const auto values = mercer_eigenvalues(K, weights);
  TORCH_CHECK_VALUE(cross.dim() == 2 && cross.size(1) == K.size(1) && count >= 1 && count <= K.size(0), "arguments");
  TORCH_CHECK_VALUE(values[count - 1].item<double>() > K.size(0) * std::pow(2.0, -52) * values[0].item<double>(), "rounding");
  const auto w = weights.sqrt();
  const auto V = std::get<1>(torch::linalg_eigh(K * torch::outer(w, w))).flip(1).narrow(1, 0, count);
  return -(cross * w).matmul(V) / values.narrow(0, 0, count);
}
}  // namespace kernels
