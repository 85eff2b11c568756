// SVD everywhere
#include "regression.h"
namespace regression {
using at::IntArrayRef;
using at::Tensor;
using torch::cat;
using torch::einsum;
using torch::exp;
using torch::linalg_svd;
using torch::linalg_svdvals;
using torch::ones;
using torch::relu;
using torch::stack;
using torch::vander;
using torch::where;
using torch::zeros;
static void ok(bool c, const char* m) { TORCH_CHECK_VALUE(c, m); }
static Tensor svd_solve(const Tensor& A, const Tensor& y, double floor_) {
  auto [U, S, V] = linalg_svd(A, false);
  ok(S.min().item<double>() > floor_, "rank deficient");
  return V.t().mv(U.t().mv(y) / S);
}
Tensor polynomial_features(const Tensor& x, int64_t degree) {
  ok(x.dim() == 1, "x: vector wanted");
  ok(degree >= 0, "degree negative");
  return vander(x, degree + 1, true);
}
Tensor fit_least_squares(const Tensor& A, const Tensor& y) {
  ok(A.dim() == 2 && y.dim() == 1, "dims");
  ok(A.size(0) == y.size(0), "n");
  ok(A.size(0) >= A.size(1), "n < d");
  Tensor s = A.norm(2, {0});
  ok((s > 0).all().item<bool>(), "a column is zero");
  return svd_solve(A / s, y, A.size(0) * std::numeric_limits<double>::epsilon()) / s;
}
Tensor fit_ridge(const Tensor& X, const Tensor& y, double lambda) {
  ok(X.dim() == 2 && y.dim() == 1 && X.size(0) == y.size(0), "shapes");
  ok(lambda >= 0, "lambda");
  Tensor m = X.mean(0), Xc = X - m, yc = y - y.mean(), w;
  if (lambda == 0)
    w = fit_least_squares(Xc, yc);
  else {
    auto [U, S, V] = linalg_svd(Xc, false);
    w = V.t().mv(S / (S.square() + lambda * X.size(0)) * U.t().mv(yc));
  }
  return cat({w, (y.mean() - m.dot(w)).view(1)});
}
Tensor gradient_descent(const Tensor& A, const Tensor& y, const Tensor& w0, double step, int64_t steps) {
  ok(A.dim() == 2 && y.dim() == 1 && w0.dim() == 1 && A.size(0) == y.size(0) && A.size(1) == w0.size(0),
     "shapes");
  ok(step > 0, "step");
  ok(steps >= 0, "steps");
  Tensor path = zeros({steps + 1, w0.size(0)}, w0.options());
  path[0] = w0;
  for (int64_t t = 0; t < steps; ++t)
    path[t + 1] = path[t] - (step / A.size(0)) * (A.mv(path[t]) - y).matmul(A);
  return path;
}
double optimal_step(const Tensor& A) {
  ok(A.dim() == 2, "matrix wanted");
  Tensor s = linalg_svdvals(A).square() / (double)A.size(0);
  double lo = A.size(0) < A.size(1) ? 0 : s[-1].item<double>();
  return 2 / (lo + s[0].item<double>());
}
Tensor soft_threshold(const Tensor& z, double t) {
  ok(t >= 0, "t");
  return z - z.clamp(-t, t);
}
double lasso_violation(const Tensor& X, const Tensor& y, const Tensor& w, double lambda) {
  ok(X.dim() == 2 && y.dim() == 1 && X.size(0) == y.size(0), "shapes");
  ok(lambda >= 0, "lambda");
  ok(w.sizes() == IntArrayRef({X.size(1) + 1}), "w");
  Tensor r = y - cat({X, ones({X.size(0), 1}, torch::kFloat64)}, 1).mv(w);
  Tensor g = einsum("ij,i->j", {X, r}) / X.size(0), v = w.slice(0, 0, -1);
  Tensor zero = v == 0;
  Tensor viol = (g - lambda * v.sgn()).abs() * ~zero + relu(g.abs() - lambda) * zero;
  return std::max(viol.max().item<double>(), std::abs(r.mean().item<double>()));
}
Tensor fit_lasso(const Tensor& X, const Tensor& y, double lambda, double tolerance) {
  ok(X.dim() == 2 && y.dim() == 1 && X.size(0) == y.size(0), "shapes");
  ok(lambda >= 0, "lambda");
  ok(tolerance > 0, "tol");
  // standardised features, lambda per feature
  Tensor m = X.mean(0), sd = X.std(0, false);
  Tensor con = (X == X[0]).all(0);
  sd = where(con, 1.0, sd);
  Tensor Z = (X - m) / sd;
  Z.masked_fill_(con, 0.0);
  Tensor G = Z.t().mm(Z) / X.size(0), c = Z.t().mv(y - y.mean()) / X.size(0), l = lambda / sd;
  Tensor b = zeros({X.size(1)}, torch::kFloat64);
  auto A = G.accessor<double, 2>();
  auto C = c.accessor<double, 1>();
  auto L = l.accessor<double, 1>();
  auto B = b.accessor<double, 1>();
  for (int s = 0; s < 2000; ++s) {
    for (int64_t j = 0; j < X.size(1); ++j) {
      if (A[j][j] == 0) continue;
      double p = C[j];
      for (int64_t k = 0; k < X.size(1); ++k) p -= A[j][k] * B[k];
      p += A[j][j] * B[j];
      B[j] = std::copysign(std::max(std::abs(p) - L[j], 0.0), p) / A[j][j];
    }
    Tensor w = b / sd;
    Tensor full = cat({w, (y.mean() - m.dot(w)).view(1)});
    if (lasso_violation(X, y, full, lambda) <= tolerance) return full;
  }
  TORCH_CHECK(false, "not converged");
}
Tensor locally_linear(const Tensor& x, const Tensor& y, const Tensor& q, double h) {
  ok(x.dim() == 1 && y.dim() == 1 && q.dim() == 1 && x.size(0) == y.size(0), "shapes");
  ok(h > 0, "h");
  ok(x.unsqueeze(0).ne(x[0]).any().item<bool>(), "all x are equal");
  std::vector<Tensor> res;
  for (int64_t i = 0; i < q.size(0); ++i) {
    Tensor d = x - q[i], e = -d.square() / (2 * h * h);
    Tensor root = exp((e - e.max()) / 2);
    // centre in x on the nearest point
    Tensor c = (root.square() * x).sum() / root.square().sum();
    Tensor s = (root * (x - c)).norm();
    Tensor M = stack({root, root * (x - c) / s}, 1);
    auto [U, S, V] = linalg_svd(M, false);
    Tensor p = V.t().mv(U.t().mv(root * y) / S);
    res.push_back(p[0] + p[1] / s * (q[i] - c));
  }
  return stack(res);
}
}  // namespace regression
