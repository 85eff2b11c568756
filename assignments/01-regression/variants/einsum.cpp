// einsum, complete QR, back substitution by hand; torch.h included; early returns
#include <iostream>
#include "regression.h"
namespace regression {
torch::Tensor polynomial_features(const torch::Tensor& x, int64_t degree) {
  TORCH_CHECK_VALUE(x.ndimension() == 1, "expected a vector");
  TORCH_CHECK_VALUE(!(degree < 0), "expected degree >= 0");
  if (degree == 0) return torch::ones({x.size(0), 1}, x.options());
  auto rep = x.unsqueeze(1).expand({x.size(0), degree});
  return torch::cat({torch::ones({x.size(0), 1}, x.options()), rep.cumprod(1)}, 1);
}
torch::Tensor fit_least_squares(const torch::Tensor& A, const torch::Tensor& y) {
  TORCH_CHECK_VALUE(A.dim() == 2, "A is not a matrix");
  TORCH_CHECK_VALUE(y.dim() == 1, "y is not a vector");
  int64_t n = A.size(0), d = A.size(1);
  TORCH_CHECK_VALUE(n == y.numel(), "sizes");
  TORCH_CHECK_VALUE(n >= d, "underdetermined");
  auto norm = torch::einsum("ij,ij->j",
                            {A / A.abs().amax(0).clamp_min(1e-300), A / A.abs().amax(0).clamp_min(1e-300)})
                  .sqrt() *
              A.abs().amax(0).clamp_min(1e-300);
  TORCH_CHECK_VALUE(norm.min().item<double>() > 1e-299, "zero column");
  auto qr = torch::linalg_qr(A / norm);
  auto Q = std::get<0>(qr), R = std::get<1>(qr);
  auto b = torch::einsum("ij,i->j", {Q, y});
  auto w = torch::zeros({d}, torch::kDouble);
  for (int64_t i = d - 1; i >= 0; --i) {
    double rii = R[i][i].item().toDouble();
    if (std::fabs(rii) <= n * std::pow(2.0, -52)) TORCH_CHECK_VALUE(false, "dependent columns");
    auto s = b[i];
    if (i + 1 < d) s = s - torch::einsum("j,j->", {R[i].slice(0, i + 1, d), w.slice(0, i + 1)});
    w.index_put_({i}, s / rii);
  }
  return w / norm;
}
torch::Tensor fit_ridge(const torch::Tensor& X, const torch::Tensor& y, double lambda) {
  TORCH_CHECK_VALUE(X.dim() == 2 && y.dim() == 1 && X.size(0) == y.size(0), "shapes");
  TORCH_CHECK_VALUE(lambda >= 0, "lambda");
  auto n = X.size(0), d = X.size(1);
  // one system with a column of ones and no penalty on it
  auto top = torch::hstack({X, torch::ones({n, 1}, X.options())});
  if (lambda == 0) return fit_least_squares(top, y);
  auto bottom =
      torch::hstack({std::sqrt(n * lambda) * torch::eye(d, X.options()), torch::zeros({d, 1}, X.options())});
  return fit_least_squares(torch::vstack({top, bottom}), torch::hstack({y, torch::zeros({d}, y.options())}));
}
torch::Tensor gradient_descent(const torch::Tensor& A, const torch::Tensor& y, const torch::Tensor& w0,
                               double step, int64_t steps) {
  TORCH_CHECK_VALUE(A.dim() == 2 && y.dim() == 1 && w0.dim() == 1, "dims");
  TORCH_CHECK_VALUE(A.size(0) == y.size(0) && A.size(1) == w0.size(0), "sizes");
  TORCH_CHECK_VALUE(step > 0. && steps >= 0, "step");
  auto w = w0.clone();
  std::vector<torch::Tensor> hist{w.clone().unsqueeze(0)};
  for (int64_t i = 0; i < steps; i++) {
    auto r = torch::einsum("ij,j->i", {A, w}).sub_(y);
    w.sub_(torch::einsum("ij,i->j", {A, r}), step / A.size(0));
    hist.push_back(w.clone().unsqueeze(0));
  }
  return torch::cat(hist, 0);
}
double optimal_step(const torch::Tensor& A) {
  TORCH_CHECK_VALUE(A.dim() == 2, "matrix");
  auto H = torch::einsum("ij,ik->jk", {A, A}) / A.size(0);
  auto ev = torch::real(torch::linalg_eigvals(H));
  return 2.0 / (ev.max().item<double>() + ev.min().item<double>());
}
torch::Tensor soft_threshold(const torch::Tensor& z, double t) {
  TORCH_CHECK_VALUE(t >= 0, "t");
  return torch::relu(z - t) - torch::relu(-z - t);
}
double lasso_violation(const torch::Tensor& X, const torch::Tensor& y, const torch::Tensor& w,
                       double lambda) {
  TORCH_CHECK_VALUE(X.dim() == 2 && y.dim() == 1 && w.dim() == 1, "dims");
  TORCH_CHECK_VALUE(X.size(0) == y.size(0) && X.size(1) + 1 == w.size(0), "sizes");
  TORCH_CHECK_VALUE(lambda >= 0, "lambda");
  auto parts = w.split_with_sizes({X.size(1), 1});
  auto r = y - torch::addmv(parts[1].expand({X.size(0)}), X, parts[0]);
  auto g = X.t().mv(r) / X.size(0);
  double v = r.mean().abs().item<double>();
  auto on = parts[0].ne(0);
  if (on.any().item<bool>())
    v = std::max(v, (g - lambda * parts[0].sign()).masked_select(on).abs().max().item<double>());
  if ((~on).any().item<bool>()) v = std::max(v, g.masked_select(~on).abs().max().item<double>() - lambda);
  return v;
}
torch::Tensor fit_lasso(const torch::Tensor& X, const torch::Tensor& y, double lambda, double tolerance) {
  TORCH_CHECK_VALUE(X.dim() == 2 && y.dim() == 1 && X.size(0) == y.size(0), "shapes");
  TORCH_CHECK_VALUE(lambda >= 0 && tolerance > 0, "values");
  int64_t n = X.size(0), d = X.size(1);
  auto xm = X.mean(0);
  auto Z = X - xm;
  auto ym = y.mean();
  auto r = (y - ym).clone();
  auto sq = torch::einsum("ij,ij->j", {Z, Z}) / n;
  auto w = torch::zeros({d}, X.options());
  int sweep = 0;
  // forward then backward
  while (true) {
    for (int64_t m = 0; m < d; ++m) {
      int64_t j = sweep % 2 == 0 ? m : d - 1 - m;
      if (sq[j].item<double>() < 1e-24) continue;
      auto z = Z.select(1, j);
      auto nw = soft_threshold(z.dot(r) / n + sq[j] * w[j], lambda) / sq[j];
      r = r + z * (w[j] - nw);
      w.index_put_({j}, nw);
    }
    auto full = torch::hstack({w, ym - xm.dot(w)});
    if (lasso_violation(X, y, full, lambda) <= tolerance) return full;
    TORCH_CHECK_VALUE(++sweep < 2000, "too many sweeps");
  }
}
torch::Tensor locally_linear(const torch::Tensor& x, const torch::Tensor& y, const torch::Tensor& queries,
                             double bandwidth) {
  TORCH_CHECK_VALUE(x.dim() == 1 && x.sizes() == y.sizes() && queries.dim() == 1, "shapes");
  TORCH_CHECK_VALUE(bandwidth > 0, "bandwidth");
  TORCH_CHECK_VALUE(x.max().item<double>() != x.min().item<double>(), "one x only");
  auto u = (x.view({1, -1}) - queries.view({-1, 1})) / bandwidth;
  auto logk = -u.pow(2) / 2;
  auto k = torch::exp(logk - torch::logsumexp(logk, 1, true));
  auto xb = torch::einsum("qi,i->q", {k, x}), yb = torch::einsum("qi,i->q", {k, y});
  auto dx = x.view({1, -1}) - xb.view({-1, 1});
  auto beta = torch::einsum("qi,qi,qi->q", {k, dx, y.view({1, -1}) - yb.view({-1, 1})}) /
              torch::einsum("qi,qi,qi->q", {k, dx, dx});
  return yb + beta * (queries - xb);
}
}  // namespace regression
