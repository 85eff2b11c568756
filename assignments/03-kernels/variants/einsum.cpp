// Broadcasting, einsum and eigenvectors for everything
#include "kernels.h"
#include <cmath>
#include <functional>
#include <vector>
namespace kernels {
using torch::Tensor;
namespace {
void need(bool ok, const char* what) { TORCH_CHECK_VALUE(ok, what); }
bool mat(const Tensor& A) { return A.dim() == 2; }
bool vec(const Tensor& a) { return a.dim() == 1; }
bool is_square(const Tensor& A) { return mat(A) && A.size(0) == A.size(1); }
Tensor inverse_of(const Tensor& A) {
  auto [s, V] = torch::linalg_eigh(A);
  need(s.min().item<double>() > 0, "not positive definite");
  return torch::einsum("ik,k,jk->ij", {V, 1 / s, V});
}
}  // namespace
Tensor circle_features(const Tensor& X) {
  need(mat(X) && X.size(1) == 2, "points of the plane");
  Tensor outer = torch::einsum("ni,nj->nij", {X, X});
  return torch::stack({outer.select(1, 0).select(1, 0), outer.select(1, 0).select(1, 1) * std::sqrt(2.0),
                       outer.select(1, 1).select(1, 1)}, -1);
}
Tensor polynomial_kernel(const Tensor& X, const Tensor& Z, int64_t degree, double offset) {
  need(mat(X) && mat(Z) && X.size(1) == Z.size(1) && degree > 0 && !(offset < 0), "arguments");
  return torch::pow(torch::einsum("nd,md->nm", {X, Z}) + offset, degree);
}
Tensor squared_distances(const Tensor& X, const Tensor& Z) {
  need(mat(X) && mat(Z) && X.size(1) == Z.size(1), "points");
  Tensor diff = X.unsqueeze(1) - Z.unsqueeze(0);
  return torch::einsum("nmd,nmd->nm", {diff, diff});
}
Tensor gaussian_kernel(const Tensor& X, const Tensor& Z, double width) {
  need(width > 0, "width");
  return (-0.5 * squared_distances(X / width, Z / width)).exp();
}
Tensor monomial_features(const Tensor& X, int64_t degree, double offset) {
  need(mat(X) && degree >= 1 && offset >= 0, "arguments");
  int64_t d = X.size(1);
  std::vector<std::vector<std::pair<std::vector<int64_t>, double>>> unused;
  std::vector<Tensor> columns;
  // all tuples of `degree` variables among (1, x_1, …, x_d), sorted: a multiset is a monomial
  for (int64_t total = 0; total <= degree; ++total) {
    std::vector<int64_t> chosen(total, 0);
    for (;;) {
      double coefficient = std::tgamma(degree + 1) / std::tgamma(degree - total + 1);
      Tensor column = torch::ones({X.size(0)}, X.options());
      int64_t run = 0;
      for (int64_t i = 0; i < total; ++i) {
        run = i > 0 && chosen[i] == chosen[i - 1] ? run + 1 : 1;
        coefficient /= run;
        column = column * X.select(1, chosen[i]);
      }
      for (int64_t i = 0; i < degree - total; ++i) coefficient *= offset;
      columns.push_back(column * std::sqrt(coefficient));
      int64_t i = total - 1;
      while (i >= 0 && chosen[i] == d - 1) --i;
      if (i < 0) break;
      int64_t next = chosen[i] + 1;
      for (; i < total; ++i) chosen[i] = next;
    }
  }
  return torch::stack(columns, 1);
}
Tensor polynomial_errors(const Tensor& x, const Tensor& y, const Tensor& x_new, const Tensor& y_new, int64_t max_degree) {
  need(vec(x) && vec(y) && vec(x_new) && vec(y_new) && x.size(0) == y.size(0) && x_new.size(0) == y_new.size(0), "shapes");
  need(0 <= max_degree && max_degree < x.size(0), "degree");
  std::vector<Tensor> rows;
  for (int64_t p = 0; p <= max_degree; ++p) {
    auto cheb = [&](const Tensor& t) { return torch::cos(torch::acos(t.clamp(-1, 1)).unsqueeze(1) * torch::arange(p + 1, t.options())); };
    auto [U, S, Vh] = torch::linalg_svd(cheb(x), false);
    Tensor w = torch::einsum("ji,j,kj,k->i", {Vh, 1 / S, U, y});
    auto mse = [&](const Tensor& a, const Tensor& b) { return torch::mean(torch::square(torch::einsum("ij,j->i", {cheb(a), w}) - b)); };
    rows.push_back(torch::stack({mse(x, y), mse(x_new, y_new)}));
  }
  return torch::stack(rows);
}
double least_eigenvalue(const Tensor& K) {
  need(is_square(K), "square");
  double worst = (K - K.t()).abs().max().item<double>(), big = K.abs().max().item<double>();
  need(worst <= 1e-10 * big, "symmetric");
  return std::get<0>(torch::linalg_eigh((K + K.t()) / 2))[0].item<double>();
}
Tensor nearest_gram(const Tensor& K) {
  least_eigenvalue(K);
  auto [s, V] = torch::linalg_eigh((K + K.t()) / 2);
  Tensor keep = (s > 0).to(s.dtype());
  return torch::einsum("ik,k,jk->ij", {V, s * keep, V});
}
double inner_product(const Tensor& alpha, const Tensor& K, const Tensor& beta) {
  need(vec(alpha) && mat(K) && vec(beta) && alpha.size(0) == K.size(0) && beta.size(0) == K.size(1), "shapes");
  return torch::einsum("i,ij,j->", {alpha, K, beta}).item<double>();
}
double rkhs_norm(const Tensor& alpha, const Tensor& K) {
  need(is_square(K), "square");
  double q = inner_product(alpha, K, alpha);
  if (q < 0) {
    need(-q <= 1e-10 * torch::einsum("i,ij,j->", {alpha.abs(), K.abs(), alpha.abs()}).item<double>(), "no Gram matrix");
    q = 0;
  }
  return std::sqrt(q);
}
Tensor project(const Tensor& K, const Tensor& cross, const Tensor& alpha) {
  need(is_square(K) && mat(cross) && vec(alpha) && cross.size(0) == K.size(0) && cross.size(1) == alpha.size(0), "shapes");
  return torch::einsum("ij,jk,k->i", {inverse_of(K), cross, alpha});
}
Tensor fit_kernel_ridge(const Tensor& K, const Tensor& y, double lambda) {
  need(is_square(K) && vec(y) && y.size(0) == K.size(0) && lambda >= 0, "arguments");
  auto [s, V] = torch::linalg_eigh(K);
  s = s + lambda * y.size(0);
  need(s[0].item<double>() > 0, "not positive definite");
  return torch::einsum("ik,k,jk,j->i", {V, 1 / s, V, y});
}
Tensor fit_feature_ridge(const Tensor& features, const Tensor& y, double lambda) {
  need(mat(features) && vec(y) && y.size(0) == features.size(0) && lambda > 0, "arguments");
  auto [U, S, Vh] = torch::linalg_svd(features, false);
  return torch::einsum("kj,k,ik,i->j", {Vh, S / (S * S + lambda * y.size(0)), U, y});
}
Tensor centre_gram(const Tensor& K, const Tensor& cross) {
  need(is_square(K) && mat(cross) && cross.size(1) == K.size(0), "shapes");
  int64_t n = K.size(0);
  Tensor J = torch::eye(n, K.options()) - 1.0 / n;
  Tensor means = torch::ones({cross.size(0), n}, K.options()) / n;
  return (cross - means.matmul(K)).matmul(J);
}
double effective_degrees_of_freedom(const Tensor& K, double lambda) {
  need(is_square(K) && lambda > 0, "arguments");
  Tensor s = torch::linalg_eigvalsh(K);
  return K.size(0) - (lambda * K.size(0) / (s + lambda * K.size(0))).sum().item<double>();
}
Tensor leave_one_out_errors(const Tensor& K, const Tensor& y, double lambda) {
  need(is_square(K) && vec(y) && y.size(0) == K.size(0) && lambda >= 0, "arguments");
  Tensor G = inverse_of(K + lambda * y.size(0) * torch::eye(y.size(0), K.options()));
  return G.matmul(y) / G.diagonal();
}
Tensor fourier_frequencies(int64_t dimension, int64_t pairs, double width, int64_t seed) {
  need(dimension > 0 && pairs > 0 && width > 0, "arguments");
  auto g = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<uint64_t>(seed));
  // Box and Muller
  Tensor u = 1 - torch::rand({pairs, dimension}, g, torch::kFloat64), v = torch::rand({pairs, dimension}, g, torch::kFloat64);
  return torch::sqrt(-2 * torch::log(u)) * torch::cos(2 * M_PI * v) / width;
}
Tensor fourier_features(const Tensor& X, const Tensor& frequencies) {
  need(mat(X) && mat(frequencies) && X.size(1) == frequencies.size(1) && frequencies.size(0) > 0, "shapes");
  Tensor phase = torch::einsum("nd,pd->np", {X, frequencies});
  return torch::hstack({torch::cos(phase), torch::sin(phase)}).mul(std::pow(frequencies.size(0), -0.5));
}
Tensor consecutive_days(const Tensor& days) {
  need(vec(days) && days.scalar_type() == torch::kLong, "days");
  Tensor gap = torch::diff(days);
  need((gap > 0).all().item<bool>(), "increasing");
  return torch::where(gap == 1)[0] + 1;
}
Tensor calendar_features(const Tensor& days, int64_t harmonics) {
  need(vec(days) && days.scalar_type() == torch::kLong && harmonics > 0, "arguments");
  Tensor h = torch::arange(1, harmonics + 1, torch::kFloat64);
  Tensor phase = days.to(torch::kFloat64).unsqueeze(1) * h * (2 * M_PI / 365.25);
  return torch::stack({phase.sin(), phase.cos()}, 2).flatten(1);
}
// Kernel ridge on landmarks: the span of 150 of the points (Nyström), an intercept by an additive constant
Tensor forecast_temperatures(const Tensor& days, const Tensor& temperatures, const Tensor& query_days, const Tensor& yesterdays) {
  need(vec(temperatures) && temperatures.size(0) == days.size(0) && vec(query_days) && vec(yesterdays) &&
           query_days.size(0) == yesterdays.size(0), "shapes");
  Tensor now = consecutive_days(days);
  double mean = temperatures.mean().item<double>();
  auto inputs = [&](const Tensor& d, const Tensor& t) { return torch::hstack({calendar_features(d, 1), ((t - mean) / 8).unsqueeze(1)}); };
  Tensor X = inputs(days.index({now}), temperatures.index({now - 1})), y = temperatures.index({now}) - mean;
  Tensor at = torch::linspace(0, X.size(0) - 1, 150, torch::kFloat64).to(torch::kLong);
  Tensor Z = X.index({at});
  Tensor KZ = gaussian_kernel(Z, Z, 1.0);
  auto [s, V] = torch::linalg_eigh(KZ);
  Tensor root = torch::einsum("ik,k,jk->ij", {V, (s + 1e-8).rsqrt(), V});
  Tensor w = fit_feature_ridge(gaussian_kernel(X, Z, 1.0).matmul(root), y, 2e-4);
  return mean + gaussian_kernel(inputs(query_days, yesterdays), Z, 1.0).matmul(root.matmul(w));
}
Tensor laplace_frequencies(int64_t dimension, int64_t pairs, double width, int64_t seed) {
  need(dimension > 0 && pairs > 0 && width > 0, "arguments");
  auto g = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<uint64_t>(seed) ^ 0x9e3779b97f4a7c15ull);
  Tensor gauss = torch::randn({pairs, dimension}, g, torch::kFloat64);
  Tensor chi2 = torch::randn({pairs, 1}, g, torch::kFloat64).square();
  return gauss * chi2.rsqrt() / width;
}
namespace {
std::pair<Tensor, Tensor> spectrum(const Tensor& K, const Tensor& w) {
  need(is_square(K) && vec(w) && w.size(0) == K.size(0) && (w > 0).all().item<bool>(), "arguments");
  Tensor r = torch::diag(w.sqrt());
  auto [s, V] = torch::linalg_eigh(torch::einsum("ij,jk,kl->il", {r, K, r}));
  return {torch::flip(s, {0}), torch::flip(V, {1})};
}
}  // namespace
Tensor mercer_eigenvalues(const Tensor& K, const Tensor& weights) { return spectrum(K, weights).first; }
Tensor mercer_functions(const Tensor& K, const Tensor& weights, const Tensor& cross, int64_t count) {
  auto [s, V] = spectrum(K, weights);
  need(mat(cross) && cross.size(1) == K.size(0) && count >= 1 && count <= K.size(0), "arguments");
  need(s[count - 1].item<double>() > K.size(0) * 2.220446049250313e-16 * s[0].item<double>(), "zero eigenvalue");
  return torch::einsum("mj,j,jk,k->mk", {cross, weights.sqrt(), V.slice(1, 0, count), 1 / s.slice(0, 0, count)});
}
}  // namespace kernels
