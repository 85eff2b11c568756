// plain C++ matrices, Householder by hand, Jacobi eigenvalues
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>
#include "regression.h"
namespace regression {
using torch::Tensor;
namespace {
struct Mat {
  int64_t r, c;
  std::vector<double> a;
  Mat(int64_t r, int64_t c) : r(r), c(c), a(r * c, 0.0) {}
  double& operator()(int64_t i, int64_t j) { return a[i * c + j]; }
  double operator()(int64_t i, int64_t j) const { return a[i * c + j]; }
};
Mat read(const Tensor& t) {
  Mat m(t.size(0), t.size(1));
  auto acc = t.accessor<double, 2>();
  for (int64_t i = 0; i < m.r; i++)
    for (int64_t j = 0; j < m.c; j++) m(i, j) = acc[i][j];
  return m;
}
std::vector<double> readv(const Tensor& t) {
  std::vector<double> v(t.size(0));
  auto acc = t.accessor<double, 1>();
  for (size_t i = 0; i < v.size(); i++) v[i] = acc[i];
  return v;
}
Tensor out(const std::vector<double>& v) { return torch::tensor(v, torch::kFloat64); }
void check(bool ok, const std::string& what) {
  if (!ok) throw std::invalid_argument(what);
}
void checkXy(const Tensor& X, const Tensor& y) {
  check(X.dim() == 2, "X must be a matrix");
  check(y.dim() == 1, "y must be a vector");
  check(X.size(0) == y.size(0), "rows of X and entries of y differ");
}
std::vector<double> lsq(Mat A, std::vector<double> y) {
  const int64_t n = A.r, d = A.c;
  check(n >= d, "n < d");
  std::vector<double> s(d);
  for (int64_t j = 0; j < d; j++) {
    double big = 0;
    for (int64_t i = 0; i < n; i++) big = std::max(big, std::fabs(A(i, j)));
    check(big > 0, "zero column");
    double q = 0;
    for (int64_t i = 0; i < n; i++) q += (A(i, j) / big) * (A(i, j) / big);
    s[j] = big * std::sqrt(q);
    for (int64_t i = 0; i < n; i++) A(i, j) /= s[j];
  }
  for (int64_t k = 0; k < d; k++) {
    double nrm = 0;
    for (int64_t i = k; i < n; i++) nrm += A(i, k) * A(i, k);
    nrm = std::sqrt(nrm);
    check(nrm > n * 2.220446049250313e-16, "dependent columns");
    double alpha = A(k, k) > 0 ? -nrm : nrm;
    std::vector<double> v(n, 0.0);
    for (int64_t i = k; i < n; i++) v[i] = A(i, k);
    v[k] -= alpha;
    double vv = 0;
    for (int64_t i = k; i < n; i++) vv += v[i] * v[i];
    if (vv == 0) continue;
    for (int64_t j = k; j < d; j++) {
      double t = 0;
      for (int64_t i = k; i < n; i++) t += v[i] * A(i, j);
      t *= 2 / vv;
      for (int64_t i = k; i < n; i++) A(i, j) -= t * v[i];
    }
    double t = 0;
    for (int64_t i = k; i < n; i++) t += v[i] * y[i];
    t *= 2 / vv;
    for (int64_t i = k; i < n; i++) y[i] -= t * v[i];
  }
  std::vector<double> w(d);
  for (int64_t i = d - 1; i >= 0; i--) {
    double t = y[i];
    for (int64_t j = i + 1; j < d; j++) t -= A(i, j) * w[j];
    w[i] = t / A(i, i);
  }
  for (int64_t j = 0; j < d; j++) w[j] /= s[j];
  return w;
}
}  // namespace
Tensor polynomial_features(const Tensor& x, int64_t degree) {
  check(x.dim() == 1 && degree >= 0, "bad arguments");
  auto v = readv(x);
  Tensor A = torch::empty({x.size(0), degree + 1}, torch::kFloat64);
  auto acc = A.accessor<double, 2>();
  for (size_t i = 0; i < v.size(); i++) {
    double p = 1;
    for (int64_t k = 0; k <= degree; k++) {
      acc[i][k] = p;
      p *= v[i];
    }
  }
  return A;
}
Tensor fit_least_squares(const Tensor& A, const Tensor& y) {
  checkXy(A, y);
  return out(lsq(read(A), readv(y)));
}
Tensor fit_ridge(const Tensor& X, const Tensor& y, double lambda) {
  checkXy(X, y);
  check(lambda >= 0, "lambda < 0");
  Mat M = read(X);
  auto t = readv(y);
  int64_t n = M.r, d = M.c;
  std::vector<double> mu(d, 0);
  double my = 0;
  for (int64_t i = 0; i < n; i++) {
    my += t[i];
    for (int64_t j = 0; j < d; j++) mu[j] += M(i, j);
  }
  my /= n;
  for (auto& m : mu) m /= n;
  Mat B(n + d, d);
  std::vector<double> rhs(n + d, 0.0);
  for (int64_t i = 0; i < n; i++) {
    rhs[i] = t[i] - my;
    for (int64_t j = 0; j < d; j++) B(i, j) = M(i, j) - mu[j];
  }
  for (int64_t j = 0; j < d; j++) B(n + j, j) = std::sqrt(lambda * n);
  auto w = lsq(B, rhs);
  double b = my;
  for (int64_t j = 0; j < d; j++) b -= mu[j] * w[j];
  w.push_back(b);
  return out(w);
}
Tensor gradient_descent(const Tensor& A, const Tensor& y, const Tensor& w0, double step, int64_t steps) {
  checkXy(A, y);
  check(w0.dim() == 1 && w0.size(0) == A.size(1), "w0");
  check(step > 0 && steps >= 0, "step(s)");
  Mat M = read(A);
  auto t = readv(y);
  auto w = readv(w0);
  int64_t n = M.r, d = M.c;
  std::vector<double> all(w);
  for (int64_t s = 0; s < steps; s++) {
    std::vector<double> g(d, 0.0);
    for (int64_t i = 0; i < n; i++) {
      double r = -t[i];
      for (int64_t j = 0; j < d; j++) r += M(i, j) * w[j];
      for (int64_t j = 0; j < d; j++) g[j] += r * M(i, j);
    }
    for (int64_t j = 0; j < d; j++) w[j] -= step * g[j] / n;
    all.insert(all.end(), w.begin(), w.end());
  }
  return out(all).view({steps + 1, d});
}
double optimal_step(const Tensor& A) {
  check(A.dim() == 2, "A must be a matrix");
  Mat M = read(A);
  int64_t n = M.r, d = M.c;
  Mat H(d, d);
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = 0; j < d; j++)
      for (int64_t k = 0; k < d; k++) H(j, k) += M(i, j) * M(i, k) / n;
  for (int sweep = 0; sweep < 100; sweep++) {  // Jacobi
    double off = 0;
    for (int64_t p = 0; p < d; p++)
      for (int64_t q = p + 1; q < d; q++) {
        off += H(p, q) * H(p, q);
        if (H(p, q) == 0) continue;
        double th = (H(q, q) - H(p, p)) / (2 * H(p, q)),
               t = (th >= 0 ? 1 : -1) / (std::fabs(th) + std::sqrt(th * th + 1));
        double c = 1 / std::sqrt(t * t + 1), s = t * c;
        for (int64_t k = 0; k < d; k++) {
          double a = H(k, p), b = H(k, q);
          H(k, p) = c * a - s * b;
          H(k, q) = s * a + c * b;
        }
        for (int64_t k = 0; k < d; k++) {
          double a = H(p, k), b = H(q, k);
          H(p, k) = c * a - s * b;
          H(q, k) = s * a + c * b;
        }
      }
    if (off < 1e-300) break;
  }
  double lo = H(0, 0), hi = H(0, 0);
  for (int64_t j = 0; j < d; j++) {
    lo = std::min(lo, H(j, j));
    hi = std::max(hi, H(j, j));
  }
  return 2 / (lo + hi);
}
Tensor soft_threshold(const Tensor& z, double t) {
  check(t >= 0, "t < 0");
  Tensor c = z.contiguous().clone();
  double* p = c.data_ptr<double>();
  for (int64_t i = 0; i < c.numel(); i++) p[i] = p[i] > t ? p[i] - t : p[i] < -t ? p[i] + t : 0.0;
  return c;
}
double lasso_violation(const Tensor& X, const Tensor& y, const Tensor& w, double lambda) {
  checkXy(X, y);
  check(w.dim() == 1 && w.size(0) == X.size(1) + 1, "w");
  check(lambda >= 0, "lambda");
  Mat M = read(X);
  auto t = readv(y);
  auto v = readv(w);
  int64_t n = M.r, d = M.c;
  std::vector<double> g(d, 0.0);
  double mr = 0;
  for (int64_t i = 0; i < n; i++) {
    double r = t[i] - v[d];
    for (int64_t j = 0; j < d; j++) r -= M(i, j) * v[j];
    mr += r / n;
    for (int64_t j = 0; j < d; j++) g[j] += M(i, j) * r / n;
  }
  double worst = std::fabs(mr);
  for (int64_t j = 0; j < d; j++) {
    double a = v[j] > 0   ? std::fabs(g[j] - lambda)
               : v[j] < 0 ? std::fabs(g[j] + lambda)
                          : std::fabs(g[j]) - lambda;
    if (a > worst) worst = a;
  }
  return worst;
}
Tensor fit_lasso(const Tensor& X, const Tensor& y, double lambda, double tolerance) {
  checkXy(X, y);
  check(lambda >= 0 && tolerance > 0, "lambda or tolerance");
  Mat M = read(X);
  auto t = readv(y);
  int64_t n = M.r, d = M.c;
  std::vector<double> mu(d, 0.0), var(d, 0.0);
  double my = 0;
  for (int64_t i = 0; i < n; i++) my += t[i];
  my /= n;
  for (int64_t j = 0; j < d; j++) {
    bool constant = true;
    for (int64_t i = 0; i < n; i++) {
      mu[j] += M(i, j);
      constant = constant && M(i, j) == M(0, j);
    }
    mu[j] /= n;
    for (int64_t i = 0; i < n; i++) {
      M(i, j) = constant ? 0 : M(i, j) - mu[j];
      var[j] += M(i, j) * M(i, j) / n;
    }
  }
  std::vector<double> r(n), w(d + 1, 0.0);
  for (int64_t i = 0; i < n; i++) r[i] = t[i] - my;
  for (int sweep = 0; sweep < 2000; sweep++) {
    for (int64_t j = 0; j < d; j++) {
      if (var[j] == 0) continue;
      double rho = 0;
      for (int64_t i = 0; i < n; i++) rho += M(i, j) * (r[i] + M(i, j) * w[j]);
      rho /= n;
      double nw = rho > lambda ? (rho - lambda) / var[j] : rho < -lambda ? (rho + lambda) / var[j] : 0;
      if (nw != w[j]) {
        for (int64_t i = 0; i < n; i++) r[i] += M(i, j) * (w[j] - nw);
        w[j] = nw;
      }
    }
    w[d] = my;
    for (int64_t j = 0; j < d; j++) w[d] -= mu[j] * w[j];
    Tensor res = out(w);
    if (lasso_violation(X, y, res, lambda) <= tolerance) return res;
  }
  throw std::runtime_error("no convergence in 2000 sweeps");
}
Tensor locally_linear(const Tensor& x, const Tensor& y, const Tensor& queries, double h) {
  check(x.dim() == 1 && y.dim() == 1 && x.size(0) == y.size(0) && queries.dim() == 1, "shapes");
  check(h > 0, "h");
  auto xs = readv(x), ys = readv(y), qs = readv(queries);
  check(*std::max_element(xs.begin(), xs.end()) > *std::min_element(xs.begin(), xs.end()), "all x equal");
  std::vector<double> f;
  for (double q : qs) {
    double best = 1e300;
    for (double v : xs) best = std::min(best, (v - q) * (v - q));
    double S = 0, mx = 0, my = 0;
    std::vector<double> k;
    for (size_t i = 0; i < xs.size(); i++) {
      double e = std::exp(-((xs[i] - q) * (xs[i] - q) - best) / (2 * h * h));
      k.push_back(e);
      S += e;
      mx += e * xs[i];
      my += e * ys[i];
    }
    mx /= S;
    my /= S;
    double a = 0, b = 0;
    for (size_t i = 0; i < xs.size(); i++) {
      a += k[i] * (xs[i] - mx) * (ys[i] - my);
      b += k[i] * (xs[i] - mx) * (xs[i] - mx);
    }
    f.push_back(my + a / b * (q - mx));
  }
  return out(f);
}
}  // namespace regression
