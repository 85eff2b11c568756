// Plain loops over doubles: Cholesky, Jacobi and Gauss by hand, random numbers of the standard library
#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>
#include <stdexcept>
#include <vector>
#include "kernels.h"
namespace kernels {
using torch::Tensor;
namespace {
using Vec = std::vector<double>;
struct Mat {
  int64_t r = 0, c = 0;
  Vec a;
  Mat() = default;
  Mat(int64_t r, int64_t c) : r(r), c(c), a(r * c, 0.0) {}
  double& operator()(int64_t i, int64_t j) { return a[i * c + j]; }
  double operator()(int64_t i, int64_t j) const { return a[i * c + j]; }
};
void check(bool ok, const std::string& what) {
  if (!ok) throw std::invalid_argument(what);
}
Mat read(const Tensor& t) {
  check(t.dim() == 2, "a matrix was expected");
  Mat m(t.size(0), t.size(1));
  auto acc = t.accessor<double, 2>();
  for (int64_t i = 0; i < m.r; i++)
    for (int64_t j = 0; j < m.c; j++) m(i, j) = acc[i][j];
  return m;
}
Vec readv(const Tensor& t) {
  check(t.dim() == 1, "a vector was expected");
  Vec v(t.size(0));
  auto acc = t.accessor<double, 1>();
  for (size_t i = 0; i < v.size(); i++) v[i] = acc[i];
  return v;
}
Tensor out(const Mat& m) {
  Tensor t = torch::empty({m.r, m.c}, torch::kFloat64);
  std::copy(m.a.begin(), m.a.end(), t.data_ptr<double>());
  return t;
}
Tensor out(const Vec& v) { return torch::tensor(v, torch::kFloat64); }
Mat chol(Mat A) {
  int64_t n = A.r;
  for (int64_t j = 0; j < n; j++) {
    for (int64_t i = j; i < n; i++) {
      double s = A(i, j);
      for (int64_t k = 0; k < j; k++) s -= A(i, k) * A(j, k);
      if (i == j) {
        check(s > 0, "not positive definite");
        A(j, j) = std::sqrt(s);
      } else {
        A(i, j) = s / A(j, j);
      }
    }
    for (int64_t i = 0; i < j; i++) A(i, j) = 0;
  }
  return A;
}
Vec forward(const Mat& L, Vec b) {
  for (int64_t i = 0; i < L.r; i++) {
    for (int64_t k = 0; k < i; k++) b[i] -= L(i, k) * b[k];
    b[i] /= L(i, i);
  }
  return b;
}
Vec back(const Mat& L, Vec b) {
  for (int64_t i = L.r - 1; i >= 0; i--) {
    for (int64_t k = i + 1; k < L.r; k++) b[i] -= L(k, i) * b[k];
    b[i] /= L(i, i);
  }
  return b;
}
/// Jacobi: eigenvalues in no order, eigenvectors in the columns of V.
Vec jacobi(Mat A, Mat& V) {
  int64_t n = A.r;
  V = Mat(n, n);
  for (int64_t i = 0; i < n; i++) V(i, i) = 1;
  for (int sweep = 0; sweep < 60; sweep++) {
    double off = 0, all = 0;
    for (int64_t i = 0; i < n; i++)
      for (int64_t j = 0; j < n; j++) (i == j ? all : off) += A(i, j) * A(i, j);
    if (off <= 1e-34 * all) break;
    for (int64_t p = 0; p < n; p++)
      for (int64_t q = p + 1; q < n; q++) {
        if (A(p, q) == 0) continue;
        double theta = (A(q, q) - A(p, p)) / (2 * A(p, q));
        double t = (theta >= 0 ? 1 : -1) / (std::fabs(theta) + std::sqrt(theta * theta + 1));
        double c = 1 / std::sqrt(t * t + 1), s = t * c;
        for (int64_t k = 0; k < n; k++) {
          double x = A(k, p), y = A(k, q);
          A(k, p) = c * x - s * y;
          A(k, q) = s * x + c * y;
        }
        for (int64_t k = 0; k < n; k++) {
          double x = A(p, k), y = A(q, k);
          A(p, k) = c * x - s * y;
          A(q, k) = s * x + c * y;
        }
        for (int64_t k = 0; k < n; k++) {
          double x = V(k, p), y = V(k, q);
          V(k, p) = c * x - s * y;
          V(k, q) = s * x + c * y;
        }
      }
  }
  Vec s(n);
  for (int64_t i = 0; i < n; i++) s[i] = A(i, i);
  return s;
}
Mat symmetric(const Tensor& t) {
  Mat K = read(t);
  check(K.r == K.c, "square");
  double big = 0, worst = 0;
  for (int64_t i = 0; i < K.r; i++)
    for (int64_t j = 0; j < K.r; j++) {
      big = std::max(big, std::fabs(K(i, j)));
      worst = std::max(worst, std::fabs(K(i, j) - K(j, i)));
    }
  check(worst <= 1e-10 * big, "not symmetric");
  for (int64_t i = 0; i < K.r; i++)
    for (int64_t j = 0; j < i; j++) K(i, j) = K(j, i) = (K(i, j) + K(j, i)) / 2;
  return K;
}
}  // namespace
Tensor circle_features(const Tensor& X) {
  Mat x = read(X);
  check(x.c == 2, "two coordinates");
  Mat f(x.r, 3);
  for (int64_t i = 0; i < x.r; i++) {
    f(i, 0) = x(i, 0) * x(i, 0);
    f(i, 1) = M_SQRT2 * x(i, 0) * x(i, 1);
    f(i, 2) = x(i, 1) * x(i, 1);
  }
  return out(f);
}
Tensor polynomial_kernel(const Tensor& X, const Tensor& Z, int64_t degree, double offset) {
  Mat x = read(X), z = read(Z);
  check(x.c == z.c && degree >= 1 && offset >= 0, "arguments");
  Mat K(x.r, z.r);
  for (int64_t i = 0; i < x.r; i++)
    for (int64_t j = 0; j < z.r; j++) {
      double s = offset, p = 1;
      for (int64_t k = 0; k < x.c; k++) s += x(i, k) * z(j, k);
      for (int64_t k = 0; k < degree; k++) p *= s;
      K(i, j) = p;
    }
  return out(K);
}
Tensor squared_distances(const Tensor& X, const Tensor& Z) {
  Mat x = read(X), z = read(Z);
  check(x.c == z.c, "coordinates");
  Mat D(x.r, z.r);
  for (int64_t i = 0; i < x.r; i++)
    for (int64_t j = 0; j < z.r; j++)
      for (int64_t k = 0; k < x.c; k++) D(i, j) += (x(i, k) - z(j, k)) * (x(i, k) - z(j, k));
  return out(D);
}
Tensor gaussian_kernel(const Tensor& X, const Tensor& Z, double width) {
  check(width > 0, "width");
  Mat D = read(squared_distances(X, Z));
  for (double& v : D.a) v = std::exp(-v / width / width / 2);
  return out(D);
}
Tensor monomial_features(const Tensor& X, int64_t degree, double offset) {
  Mat x = read(X);
  check(degree >= 1 && offset >= 0, "arguments");
  std::vector<std::vector<int64_t>> all;
  std::vector<int64_t> a(x.c, 0);
  std::function<void(int64_t, int64_t)> list = [&](int64_t j, int64_t left) {
    if (j + 1 == x.c) {
      a[j] = left;
      all.push_back(a);
      return;
    }
    for (a[j] = left; a[j] >= 0; a[j]--) {
      int64_t kept = a[j];
      list(j + 1, left - kept);
      a[j] = kept;
    }
  };
  for (int64_t total = 0; total <= degree; total++) list(0, total);
  Mat f(x.r, all.size());
  for (size_t k = 0; k < all.size(); k++) {
    int64_t rest = degree - std::accumulate(all[k].begin(), all[k].end(), int64_t{0});
    // the multinomial coefficient as a product of binomials, which are whole numbers
    double w = 1;
    int64_t used = 0;
    auto take = [&](int64_t e) {
      for (int64_t i = 1; i <= e; i++) w = w * ++used / i;
    };
    take(rest);
    for (int64_t e : all[k]) take(e);
    for (int64_t i = 0; i < rest; i++) w *= offset;
    for (int64_t i = 0; i < x.r; i++) {
      double v = std::sqrt(w);
      for (int64_t j = 0; j < x.c; j++)
        for (int64_t e = 0; e < all[k][j]; e++) v *= x(i, j);
      f(i, k) = v;
    }
  }
  return out(f);
}
Tensor polynomial_errors(const Tensor& x, const Tensor& y, const Tensor& x_new, const Tensor& y_new, int64_t max_degree) {
  Vec xs = readv(x), ys = readv(y), xn = readv(x_new), yn = readv(y_new);
  check(xs.size() == ys.size() && xn.size() == yn.size(), "lengths");
  int64_t n = xs.size(), m = xn.size();
  check(max_degree >= 0 && max_degree < n, "degree");
  // polynomials orthogonal on the points, by their recursion (Forsythe)
  Mat e(max_degree + 1, 2);
  Vec P(n, 1), Pl(n, 0), N(m, 1), Nl(m, 0), r = ys, s = yn;
  double last = 1;
  for (int64_t p = 0; p <= max_degree; p++) {
    for (int pass = 0; pass < 1; pass++) {
      double pp = 0, pr = 0;
      for (int64_t i = 0; i < n; i++) {
        pp += P[i] * P[i];
        pr += P[i] * r[i];
      }
      double c = pr / pp;
      for (int64_t i = 0; i < n; i++) r[i] -= c * P[i];
      for (int64_t i = 0; i < m; i++) s[i] -= c * N[i];
    }
    for (double v : r) e(p, 0) += v * v / n;
    for (double v : s) e(p, 1) += v * v / m;
    double pp = 0, xp = 0;
    for (int64_t i = 0; i < n; i++) {
      pp += P[i] * P[i];
      xp += xs[i] * P[i] * P[i];
    }
    double a = xp / pp, b = p > 0 ? pp / last : 0;
    last = pp;
    for (int64_t i = 0; i < n; i++) {
      double next = (xs[i] - a) * P[i] - b * Pl[i];
      Pl[i] = P[i];
      P[i] = next;
    }
    for (int64_t i = 0; i < m; i++) {
      double next = (xn[i] - a) * N[i] - b * Nl[i];
      Nl[i] = N[i];
      N[i] = next;
    }
  }
  return out(e);
}
double least_eigenvalue(const Tensor& K) {
  Mat V;
  Vec s = jacobi(symmetric(K), V);
  return *std::min_element(s.begin(), s.end());
}
Tensor nearest_gram(const Tensor& K) {
  Mat V, A = symmetric(K), G(A.r, A.r);
  Vec s = jacobi(A, V);
  for (int64_t k = 0; k < A.r; k++)
    if (s[k] > 0)
      for (int64_t i = 0; i < A.r; i++)
        for (int64_t j = 0; j < A.r; j++) G(i, j) += s[k] * V(i, k) * V(j, k);
  return out(G);
}
double inner_product(const Tensor& alpha, const Tensor& K, const Tensor& beta) {
  Vec a = readv(alpha), b = readv(beta);
  Mat k = read(K);
  check((int64_t)a.size() == k.r && (int64_t)b.size() == k.c, "lengths");
  double s = 0;
  for (int64_t i = 0; i < k.r; i++)
    for (int64_t j = 0; j < k.c; j++) s += a[i] * k(i, j) * b[j];
  return s;
}
double rkhs_norm(const Tensor& alpha, const Tensor& K) {
  Vec a = readv(alpha);
  Mat k = read(K);
  check((int64_t)a.size() == k.r && k.r == k.c, "lengths");
  double s = 0, scale = 0;
  for (int64_t i = 0; i < k.r; i++)
    for (int64_t j = 0; j < k.c; j++) {
      double v = a[i] * k(i, j) * a[j];
      s += v;
      scale += std::fabs(v);
    }
  check(!(s < -1e-10 * scale), "no Gram matrix");
  return s > 0 ? std::sqrt(s) : 0;
}
Tensor project(const Tensor& K, const Tensor& cross, const Tensor& alpha) {
  Mat k = read(K), c = read(cross);
  Vec a = readv(alpha);
  check(k.r == k.c && c.r == k.r && c.c == (int64_t)a.size(), "shapes");
  Vec f(k.r, 0.0);
  for (int64_t i = 0; i < c.r; i++)
    for (int64_t j = 0; j < c.c; j++) f[i] += c(i, j) * a[j];
  Mat L = chol(k);
  return out(back(L, forward(L, f)));
}
Tensor fit_kernel_ridge(const Tensor& K, const Tensor& y, double lambda) {
  Mat k = read(K);
  Vec t = readv(y);
  check(k.r == k.c && k.r == (int64_t)t.size() && lambda >= 0, "arguments");
  for (int64_t i = 0; i < k.r; i++) k(i, i) += lambda * k.r;
  Mat L = chol(k);
  return out(back(L, forward(L, t)));
}
Tensor fit_feature_ridge(const Tensor& features, const Tensor& y, double lambda) {
  Mat f = read(features);
  Vec t = readv(y);
  check(f.r == (int64_t)t.size() && lambda > 0, "arguments");
  Mat A(f.c, f.c);
  Vec b(f.c, 0.0);
  for (int64_t i = 0; i < f.r; i++)
    for (int64_t j = 0; j < f.c; j++) {
      b[j] += f(i, j) * t[i];
      for (int64_t k = 0; k <= j; k++) A(j, k) += f(i, j) * f(i, k);
    }
  for (int64_t j = 0; j < f.c; j++) {
    A(j, j) += lambda * f.r;
    for (int64_t k = 0; k < j; k++) A(k, j) = A(j, k);
  }
  Mat L = chol(A);
  return out(back(L, forward(L, b)));
}
Tensor centre_gram(const Tensor& K, const Tensor& cross) {
  Mat k = read(K), c = read(cross);
  check(k.r == k.c && c.c == k.r, "shapes");
  Vec column(k.r, 0.0);
  double all = 0;
  for (int64_t i = 0; i < k.r; i++)
    for (int64_t j = 0; j < k.r; j++) {
      column[j] += k(i, j) / k.r;
      all += k(i, j) / k.r / k.r;
    }
  for (int64_t i = 0; i < c.r; i++) {
    double row = 0;
    for (int64_t j = 0; j < c.c; j++) row += c(i, j) / c.c;
    for (int64_t j = 0; j < c.c; j++) c(i, j) += all - row - column[j];
  }
  return out(c);
}
double effective_degrees_of_freedom(const Tensor& K, double lambda) {
  Mat k = read(K), V;
  check(k.r == k.c && lambda > 0, "arguments");
  double sum = 0;
  for (double s : jacobi(k, V)) sum += s / (s + lambda * k.r);
  return sum;
}
Tensor leave_one_out_errors(const Tensor& K, const Tensor& y, double lambda) {
  Mat k = read(K);
  Vec t = readv(y);
  int64_t n = k.r;
  check(k.r == k.c && n == (int64_t)t.size() && lambda >= 0, "arguments");
  for (int64_t i = 0; i < n; i++) k(i, i) += lambda * n;
  Mat L = chol(k);
  Vec a = back(L, forward(L, t)), e(n);
  // column by column of L⁻¹
  Vec z(n);
  for (int64_t i = 0; i < n; i++) {
    double s = 0;
    for (int64_t r = i; r < n; r++) {
      double v = r == i ? 1 : 0;
      for (int64_t q = i; q < r; q++) v -= L(r, q) * z[q];
      z[r] = v / L(r, r);
      s += z[r] * z[r];
    }
    e[i] = a[i] / s;
  }
  return out(e);
}
Tensor fourier_frequencies(int64_t dimension, int64_t pairs, double width, int64_t seed) {
  check(dimension >= 1 && pairs >= 1 && width > 0, "arguments");
  std::mt19937_64 engine(seed);
  std::normal_distribution<double> gauss;
  Mat w(pairs, dimension);
  for (double& v : w.a) v = gauss(engine) / width;
  return out(w);
}
Tensor fourier_features(const Tensor& X, const Tensor& frequencies) {
  Mat x = read(X), w = read(frequencies);
  check(x.c == w.c && w.r >= 1, "shapes");
  Mat f(x.r, 2 * w.r);
  for (int64_t i = 0; i < x.r; i++)
    for (int64_t p = 0; p < w.r; p++) {
      double phase = 0;
      for (int64_t k = 0; k < x.c; k++) phase += x(i, k) * w(p, k);
      f(i, p) = std::cos(phase) / std::sqrt(w.r);
      f(i, p + w.r) = std::sin(phase) / std::sqrt(w.r);
    }
  return out(f);
}
Tensor consecutive_days(const Tensor& days) {
  check(days.dim() == 1 && days.scalar_type() == torch::kInt64, "days");
  auto d = days.accessor<int64_t, 1>();
  std::vector<int64_t> rows;
  for (int64_t i = 1; i < days.size(0); i++) {
    check(d[i] > d[i - 1], "days do not increase");
    if (d[i] - d[i - 1] == 1) rows.push_back(i);
  }
  return torch::tensor(rows, torch::kInt64);
}
Tensor calendar_features(const Tensor& days, int64_t harmonics) {
  check(days.dim() == 1 && days.scalar_type() == torch::kInt64 && harmonics >= 1, "arguments");
  auto d = days.accessor<int64_t, 1>();
  Mat f(days.size(0), 2 * harmonics);
  for (int64_t i = 0; i < f.r; i++)
    for (int64_t h = 0; h < harmonics; h++) {
      f(i, 2 * h) = std::sin(2 * M_PI * (h + 1) * (d[i] / 365.25));
      f(i, 2 * h + 1) = std::cos(2 * M_PI * (h + 1) * (d[i] / 365.25));
    }
  return f.r ? out(f) : torch::empty({0, 2 * harmonics}, torch::kFloat64);
}
// polynomial of degree 4 in season and yesterday, a ridge of few features
Tensor forecast_temperatures(const Tensor& days, const Tensor& temperatures, const Tensor& query_days, const Tensor& yesterdays) {
  Vec t = readv(temperatures), before = readv(yesterdays);
  check((int64_t)t.size() == days.size(0) && query_days.dim() == 1 && query_days.size(0) == (int64_t)before.size(), "lengths");
  Tensor rows = consecutive_days(days);
  auto r = rows.accessor<int64_t, 1>();
  double mean = std::accumulate(t.begin(), t.end(), 0.0) / t.size();
  auto features = [&](const Tensor& d, const Vec& y) {
    Mat c = read(calendar_features(d, 2)), in(c.r, 3);
    for (int64_t i = 0; i < c.r; i++) {
      in(i, 0) = c(i, 0);
      in(i, 1) = c(i, 1);
      in(i, 2) = (y[i] - mean) / 8;
    }
    return read(monomial_features(out(in), 5, 1.0));
  };
  Vec y, yesterday;
  for (int64_t i = 0; i < rows.size(0); i++) {
    y.push_back(t[r[i]]);
    yesterday.push_back(t[r[i] - 1]);
  }
  double level = std::accumulate(y.begin(), y.end(), 0.0) / y.size();
  for (double& v : y) v -= level;
  Mat f = features(days.index_select(0, rows), yesterday);
  Vec centre(f.c, 0.0);
  for (int64_t i = 0; i < f.r; i++)
    for (int64_t j = 0; j < f.c; j++) centre[j] += f(i, j) / f.r;
  for (int64_t i = 0; i < f.r; i++)
    for (int64_t j = 0; j < f.c; j++) f(i, j) -= centre[j];
  Vec w = readv(fit_feature_ridge(out(f), out(y), 1e-3));
  Mat q = features(query_days, before);
  Vec said(q.r, level);
  for (int64_t i = 0; i < q.r; i++)
    for (int64_t j = 0; j < q.c; j++) said[i] += (q(i, j) - centre[j]) * w[j];
  return out(said);
}
Tensor laplace_frequencies(int64_t dimension, int64_t pairs, double width, int64_t seed) {
  check(dimension >= 1 && pairs >= 1 && width > 0, "arguments");
  std::mt19937_64 engine(seed + 12345);
  std::normal_distribution<double> gauss;
  std::gamma_distribution<double> gamma(0.5, 2.0);
  Mat w(pairs, dimension);
  for (int64_t p = 0; p < pairs; p++) {
    double root = std::sqrt(gamma(engine));
    for (int64_t k = 0; k < dimension; k++) w(p, k) = gauss(engine) / root / width;
  }
  return out(w);
}
namespace {
struct Modes {
  Vec s;
  Mat V;
};
Modes modes(const Tensor& K, const Tensor& weights) {
  Mat k = read(K), V;
  Vec w = readv(weights);
  check(k.r == k.c && k.r == (int64_t)w.size(), "shapes");
  for (double v : w) check(v > 0, "weights");
  for (int64_t i = 0; i < k.r; i++)
    for (int64_t j = 0; j < k.r; j++) k(i, j) *= std::sqrt(w[i] * w[j]);
  Vec s = jacobi(k, V);
  std::vector<int64_t> order(k.r);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) { return s[a] > s[b]; });
  Modes m{Vec(k.r), Mat(k.r, k.r)};
  for (int64_t c = 0; c < k.r; c++) {
    m.s[c] = s[order[c]];
    for (int64_t i = 0; i < k.r; i++) m.V(i, c) = V(i, order[c]) / std::sqrt(w[i]);
  }
  return m;
}
}  // namespace
Tensor mercer_eigenvalues(const Tensor& K, const Tensor& weights) { return out(modes(K, weights).s); }
Tensor mercer_functions(const Tensor& K, const Tensor& weights, const Tensor& cross, int64_t count) {
  Modes m = modes(K, weights);
  Mat c = read(cross);
  Vec w = readv(weights);
  int64_t n = w.size();
  check(c.c == n && count >= 1 && count <= n, "arguments");
  Mat f(c.r, count);
  for (int64_t k = 0; k < count; k++) {
    check(m.s[k] > n * std::pow(2.0, -52) * m.s[0], "eigenvalue of 0");
    for (int64_t i = 0; i < c.r; i++)
      for (int64_t j = 0; j < n; j++) f(i, k) += w[j] * c(i, j) * m.V(j, k) / m.s[k];
  }
  return out(f);
}
}  // namespace kernels
