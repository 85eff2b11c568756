// plain C++: accessors, vectors of double, Gauss elimination with pivots, Jacobi rotations
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <stdexcept>
#include <vector>
#include "classification.h"
namespace classification {
using torch::Tensor;
namespace {
using Vec = std::vector<double>;
using Mat = std::vector<Vec>;
void need(bool ok, const char* what) {
  if (!ok) throw std::invalid_argument(what);
}
Mat mat(const Tensor& t) {
  need(t.dim() == 2, "matrix expected");
  Mat m(t.size(0), Vec(t.size(1)));
  auto a = t.accessor<double, 2>();
  for (int64_t i = 0; i < t.size(0); i++)
    for (int64_t j = 0; j < t.size(1); j++) m[i][j] = a[i][j];
  return m;
}
Vec vec(const Tensor& t) {
  need(t.dim() == 1, "vector expected");
  Vec v(t.size(0));
  auto a = t.accessor<double, 1>();
  for (size_t i = 0; i < v.size(); i++) v[i] = a[i];
  return v;
}
std::vector<int64_t> ints(const Tensor& t, int64_t n, int64_t k) {
  need(t.dim() == 1 && t.scalar_type() == torch::kLong && t.size(0) == n, "labels expected");
  std::vector<int64_t> v(n);
  auto a = t.accessor<int64_t, 1>();
  for (int64_t i = 0; i < n; i++) {
    v[i] = a[i];
    need(v[i] >= 0 && v[i] < k, "label out of range");
  }
  return v;
}
Tensor out(const Vec& v) { return torch::tensor(v, torch::kFloat64); }
Tensor out(const Mat& m) {
  Vec flat;
  for (auto& r : m) flat.insert(flat.end(), r.begin(), r.end());
  return out(flat).view({(int64_t)m.size(), (int64_t)m[0].size()});
}
double dot(const Vec& a, const Vec& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }
Mat bordered(const Tensor& X) {
  Mat m = mat(X);
  need(!m.empty() && !m[0].empty(), "no data");
  for (auto& r : m) r.push_back(1);
  return m;
}
Vec eliminate(Mat A, Vec b) {
  int n = b.size();
  for (int k = 0; k < n; k++) {
    int p = k;
    for (int i = k + 1; i < n; i++)
      if (std::fabs(A[i][k]) > std::fabs(A[p][k])) p = i;
    std::swap(A[k], A[p]);
    std::swap(b[k], b[p]);
    if (A[k][k] == 0) throw std::runtime_error("singular");
    for (int i = k + 1; i < n; i++) {
      double f = A[i][k] / A[k][k];
      for (int j = k; j < n; j++) A[i][j] -= f * A[k][j];
      b[i] -= f * b[k];
    }
  }
  for (int i = n - 1; i >= 0; i--) {
    for (int j = i + 1; j < n; j++) b[i] -= A[i][j] * b[j];
    b[i] /= A[i][i];
  }
  return b;
}
double surprise(double z) { return z > 0 ? std::log1p(std::exp(-z)) : -z + std::log1p(std::exp(z)); }
double sigma(double z) { return z > 0 ? 1 / (1 + std::exp(-z)) : std::exp(z) / (1 + std::exp(z)); }
template <typename F>
Tensor each(const Tensor& z, F f) {
  Tensor r = z.clone().contiguous();
  double* p = r.data_ptr<double>();
  for (int64_t i = 0; i < r.numel(); i++) p[i] = f(p[i]);
  return r;
}
Vec whiten(const Tensor& m0, const Tensor& m1, const Tensor& S, double prior, Vec& diff) {
  Vec a = vec(m0), b = vec(m1);
  Mat A = mat(S);
  size_t d = a.size();
  need(d > 0 && b.size() == d && A.size() == d && A[0].size() == d, "shapes");
  need(prior > 0 && prior < 1, "prior");
  Mat L(d, Vec(d, 0.0));
  for (size_t i = 0; i < d; i++)
    for (size_t j = 0; j <= i; j++) {
      double s = A[i][j];
      for (size_t k = 0; k < j; k++) s -= L[i][k] * L[j][k];
      if (i == j) {
        need(s > 0, "not positive definite");
        L[i][i] = std::sqrt(s);
      } else L[i][j] = s / L[j][j];
    }
  diff.resize(d);
  for (size_t i = 0; i < d; i++) diff[i] = b[i] - a[i];
  Vec u = diff;
  for (size_t i = 0; i < d; i++) {
    for (size_t k = 0; k < i; k++) u[i] -= L[i][k] * u[k];
    u[i] /= L[i][i];
  }
  for (size_t i = d; i-- > 0;) {
    for (size_t k = i + 1; k < d; k++) u[i] -= L[k][i] * u[k];
    u[i] /= L[i][i];
  }
  return u;
}
struct Problem {
  Mat X;
  std::vector<int64_t> y;
  double lambda;
  Problem(const Tensor& X_, const Tensor& y_, double lambda) : X(bordered(X_)), y(ints(y_, X.size(), 2)), lambda(lambda) {
    need(lambda >= 0, "lambda < 0");
  }
  size_t D() const { return X[0].size(); }
  double J(const Vec& w) const {
    double s = 0, q = 0;
    for (size_t i = 0; i < X.size(); i++) s += surprise(y[i] ? dot(X[i], w) : -dot(X[i], w));
    for (size_t j = 0; j + 1 < D(); j++) q += w[j] * w[j];
    return s / X.size() + lambda / 2 * q;
  }
  Vec grad(const Vec& w) const {
    Vec g(D(), 0.0);
    for (size_t i = 0; i < X.size(); i++) {
      double z = dot(X[i], w), e = y[i] ? -sigma(-z) : sigma(z);
      for (size_t j = 0; j < D(); j++) g[j] += e * X[i][j];
    }
    for (size_t j = 0; j < D(); j++) g[j] = g[j] / X.size() + (j + 1 < D() ? lambda * w[j] : 0);
    return g;
  }
  Vec step(const Vec& w) const {
    Mat H(D(), Vec(D(), 0.0));
    for (auto& r : X) {
      double z = dot(r, w), c = sigma(z) * sigma(-z) / X.size();
      for (size_t a = 0; a < D(); a++)
        for (size_t b = 0; b < D(); b++) H[a][b] += c * r[a] * r[b];
    }
    for (size_t j = 0; j + 1 < D(); j++) H[j][j] += lambda;
    Vec g = grad(w);
    for (auto& v : g) v = -v;
    return eliminate(H, g);
  }
};
Mat log_soft(const Mat& Z) {
  Mat r = Z;
  for (auto& row : r) {
    double top = *std::max_element(row.begin(), row.end()), s = 0;
    for (double v : row) s += std::exp(v - top);
    for (double& v : row) v = v - top - std::log(s);
  }
  return r;
}
struct Soft {
  Mat X, W;
  std::vector<int64_t> y;
  double lambda;
  Soft(const Tensor& X_, const Tensor& l, const Tensor& W_, double lambda) : X(bordered(X_)), W(mat(W_)), lambda(lambda) {
    need(!W.empty() && W[0].size() == X[0].size(), "W");
    y = ints(l, X.size(), W.size());
    need(lambda >= 0, "lambda < 0");
  }
  Mat p() const {
    Mat Z(X.size(), Vec(W.size()));
    for (size_t i = 0; i < X.size(); i++)
      for (size_t c = 0; c < W.size(); c++) Z[i][c] = dot(X[i], W[c]);
    Z = log_soft(Z);
    for (auto& r : Z)
      for (auto& v : r) v = std::exp(v);
    return Z;
  }
  Mat grad() const {
    Mat P = p(), g(W.size(), Vec(X[0].size(), 0.0));
    size_t D = X[0].size();
    for (size_t i = 0; i < X.size(); i++)
      for (size_t c = 0; c < W.size(); c++)
        for (size_t j = 0; j < D; j++) g[c][j] += (P[i][c] - (y[i] == (int64_t)c)) * X[i][j] / X.size();
    for (size_t c = 0; c < W.size(); c++)
      for (size_t j = 0; j + 1 < D; j++) g[c][j] += lambda * W[c][j];
    return g;
  }
};
}  // namespace
Tensor confusion_matrix(const Tensor& labels, const Tensor& predicted, int64_t classes) {
  need(labels.dim() == 1 && classes >= 1, "bad arguments");
  auto a = ints(labels, labels.size(0), classes), b = ints(predicted, labels.size(0), classes);
  Tensor C = torch::zeros({classes, classes}, torch::kLong);
  auto c = C.accessor<int64_t, 2>();
  for (size_t i = 0; i < a.size(); i++) c[a[i]][b[i]]++;
  return C;
}
Tensor probability(const Tensor& z) { return each(z, sigma); }
Tensor logistic_loss(const Tensor& z) { return each(z, surprise); }
Tensor gaussian_log_odds(const Tensor& m0, const Tensor& m1, const Tensor& S, double prior) {
  Vec diff, w = whiten(m0, m1, S, prior, diff), a = vec(m0), b = vec(m1);
  double c = std::log(prior) - std::log(1 - prior);
  for (size_t i = 0; i < a.size(); i++) c -= w[i] * (a[i] + b[i]) / 2;
  w.push_back(c);
  return out(w);
}
double bayes_error(const Tensor& m0, const Tensor& m1, const Tensor& S, double prior) {
  Vec diff, w = whiten(m0, m1, S, prior, diff);
  double D2 = dot(w, diff), beta = std::log(prior / (1 - prior));
  if (D2 <= 0) return prior < 0.5 ? prior : 1 - prior;
  double D = std::sqrt(D2);
  auto Phi = [](double x) { return std::erfc(-x * M_SQRT1_2) / 2; };
  return prior * Phi(-(D2 / 2 + beta) / D) + (1 - prior) * Phi((beta - D2 / 2) / D);
}
Perceptron perceptron(const Tensor& X, const Tensor& y, int64_t passes) {
  Mat A = bordered(X);
  auto t = ints(y, A.size(), 2);
  need(passes >= 1, "passes");
  Vec w(A[0].size(), 0.0);
  int64_t total = 0;
  for (int64_t p = 0; p < passes; p++) {
    bool clean = true;
    for (size_t i = 0; i < A.size(); i++) {
      double s = t[i] ? 1 : -1;
      if (s * dot(A[i], w) <= 0) {
        for (size_t j = 0; j < w.size(); j++) w[j] += s * A[i][j];
        total++;
        clean = false;
      }
    }
    if (clean) return {out(w), total, true};
  }
  return {out(w), total, false};
}
double logistic_objective(const Tensor& X, const Tensor& y, const Tensor& w, double lambda) {
  Problem p(X, y, lambda);
  Vec v = vec(w);
  need(v.size() == p.D(), "w");
  return p.J(v);
}
Tensor logistic_gradient(const Tensor& X, const Tensor& y, const Tensor& w, double lambda) {
  Problem p(X, y, lambda);
  Vec v = vec(w);
  need(v.size() == p.D(), "w");
  return out(p.grad(v));
}
Tensor newton_step(const Tensor& X, const Tensor& y, const Tensor& w, double lambda) {
  Problem p(X, y, lambda);
  Vec v = vec(w);
  need(v.size() == p.D(), "w");
  return out(p.step(v));
}
Tensor fit_logistic(const Tensor& X, const Tensor& y, double lambda, double tolerance) {
  Problem p(X, y, lambda);
  need(tolerance > 0, "tolerance");
  int64_t ones = std::accumulate(p.y.begin(), p.y.end(), int64_t(0));
  need(ones > 0 && ones < (int64_t)p.y.size(), "one class");
  Vec w(p.D(), 0.0);
  for (int it = 0; it < 1000; it++) {
    if (lambda == 0) {
      bool apart = true;
      for (size_t i = 0; i < p.X.size(); i++) apart = apart && (p.y[i] ? 1 : -1) * dot(p.X[i], w) > 0;
      need(!apart, "separable");
    }
    Vec g = p.grad(w);
    double worst = 0;
    for (double v : g) worst = std::max(worst, std::fabs(v));
    if (worst <= tolerance) return out(w);
    Vec s = p.step(w);
    double J = p.J(w);
    for (int h = 0; h < 60; h++) {
      Vec trial = w;
      for (size_t j = 0; j < w.size(); j++) trial[j] += s[j];
      if (p.J(trial) <= J * (1 + 1e-13) || h == 59) {
        w = trial;
        break;
      }
      for (auto& v : s) v /= 2;
    }
  }
  throw std::runtime_error("not converged");
}
Tensor log_softmax(const Tensor& Z) { return out(log_soft(mat(Z))); }
Tensor softmax_gradient(const Tensor& X, const Tensor& labels, const Tensor& W, double lambda) {
  return out(Soft(X, labels, W, lambda).grad());
}
double softmax_curvature(const Tensor& X, double lambda) {
  Mat A = bordered(X);
  need(lambda >= 0, "lambda");
  size_t D = A[0].size();
  Mat H(D, Vec(D, 0.0));
  for (auto& r : A)
    for (size_t a = 0; a < D; a++)
      for (size_t b = 0; b < D; b++) H[a][b] += r[a] * r[b] / A.size();
  for (int sweep = 0; sweep < 60; sweep++)
    for (size_t p = 0; p < D; p++)
      for (size_t q = p + 1; q < D; q++) {
        if (std::fabs(H[p][q]) < 1e-300) continue;
        double th = (H[q][q] - H[p][p]) / (2 * H[p][q]), t = (th >= 0 ? 1 : -1) / (std::fabs(th) + std::sqrt(th * th + 1));
        double c = 1 / std::sqrt(t * t + 1), s = t * c;
        for (size_t k = 0; k < D; k++) {
          double a = H[k][p], b = H[k][q];
          H[k][p] = c * a - s * b, H[k][q] = s * a + c * b;
        }
        for (size_t k = 0; k < D; k++) {
          double a = H[p][k], b = H[q][k];
          H[p][k] = c * a - s * b, H[q][k] = s * a + c * b;
        }
      }
  double top = 0;
  for (size_t j = 0; j < D; j++) top = std::max(top, H[j][j]);
  return top / 2 + lambda;
}
Tensor fit_softmax(const Tensor& X, const Tensor& labels, int64_t classes, double lambda, int64_t steps) {
  need(classes >= 1 && steps >= 0 && X.dim() == 2, "arguments");
  Soft s(X, labels, torch::zeros({classes, X.size(1) + 1}, torch::kFloat64), lambda);
  double L = softmax_curvature(X, lambda);
  while (steps-- > 0) {
    Mat g = s.grad();
    for (size_t c = 0; c < g.size(); c++)
      for (size_t j = 0; j < g[c].size(); j++) s.W[c][j] -= g[c][j] / L;
  }
  return out(s.W);
}
Tensor nearest_neighbours(const Tensor& X, const Tensor& labels, const Tensor& queries, int64_t k) {
  need(X.dim() == 2 && queries.dim() == 2 && X.size(1) == queries.size(1) && X.size(0) > 0, "shapes");
  int64_t n = X.size(0), d = X.size(1), m = queries.size(0);
  auto y = ints(labels, n, INT64_MAX);
  need(k >= 1 && k <= n, "k");
  const double *x = X.data_ptr<double>(), *q = queries.data_ptr<double>();
  Tensor r = torch::empty({m}, torch::kLong);
  std::vector<std::pair<double, int64_t>> all(n);
  for (int64_t i = 0; i < m; i++) {
    for (int64_t j = 0; j < n; j++) {
      double s = 0;
      for (int64_t f = 0; f < d; f++) s += (q[i * d + f] - x[j * d + f]) * (q[i * d + f] - x[j * d + f]);
      all[j] = {s, j};
    }
    std::nth_element(all.begin(), all.begin() + (k - 1), all.end());
    std::map<int64_t, int> votes;
    for (int64_t j = 0; j < k; j++) votes[y[all[j].second]]++;
    int64_t best = -1;
    for (auto& [c, v] : votes)
      if (best < 0 || v > votes[best]) best = c;
    r.data_ptr<int64_t>()[i] = best;
  }
  return r;
}
Calibration calibration(const Tensor& probabilities, const Tensor& outcomes, int64_t bins) {
  Vec p = vec(probabilities);
  auto y = ints(outcomes, p.size(), 2);
  need(bins >= 1 && !p.empty(), "bins");
  std::vector<int64_t> n(bins, 0);
  Vec m(bins, 0.0), f(bins, 0.0);
  for (size_t i = 0; i < p.size(); i++) {
    need(p[i] >= 0 && p[i] <= 1, "no probability");
    int64_t j = std::min<int64_t>(bins - 1, (int64_t)(p[i] * bins));
    n[j]++, m[j] += p[i], f[j] += y[i];
  }
  double e = 0;
  for (int64_t j = 0; j < bins; j++)
    if (n[j]) {
      m[j] /= n[j], f[j] /= n[j];
      e += n[j] * std::fabs(m[j] - f[j]) / p.size();
    }
  return {torch::tensor(n, torch::kLong), out(m), out(f), e};
}
Roc roc(const Tensor& scores, const Tensor& outcomes) {
  Vec s = vec(scores);
  auto y = ints(outcomes, s.size(), 2);
  std::map<double, std::pair<int, int>, std::greater<double>> at;
  int P = 0, N = 0;
  for (size_t i = 0; i < s.size(); i++) (y[i] ? at[s[i]].second : at[s[i]].first)++, (y[i] ? P : N)++;
  need(P > 0 && N > 0, "one outcome");
  Vec x{0}, t{0};
  double area = 0, fp = 0, tp = 0;
  for (auto& [score, counts] : at) {
    area += counts.first * (tp + counts.second / 2.0);
    fp += counts.first, tp += counts.second;
    x.push_back(fp / N), t.push_back(tp / P);
  }
  return {out(x), out(t), area / N / P};
}
Tensor ising_features(const Tensor& spins) {
  need(spins.dim() == 3, "three dimensions");
  auto s = spins.accessor<int8_t, 3>();
  int64_t R = spins.size(1), C = spins.size(2);
  Mat f;
  for (int64_t i = 0; i < spins.size(0); i++) {
    int64_t m = 0, e = 0;
    for (int64_t a = 0; a < R; a++)
      for (int64_t b = 0; b < C; b++) m += s[i][a][b], e -= s[i][a][b] * (s[i][(a + 1) % R][b] + s[i][a][(b + 1) % C]);
    f.push_back({std::fabs((double)m) / (R * C), (double)e / (R * C)});
  }
  return out(f);
}
// the null directions get a curvature of their own, then Gauss elimination
Tensor softmax_newton_step(const Tensor& X, const Tensor& labels, const Tensor& W, double lambda) {
  Soft s(X, labels, W, lambda);
  Mat P = s.p(), g = s.grad();
  size_t D = s.X[0].size(), K = s.W.size(), n = s.X.size();
  Mat H(K * D, Vec(K * D, 0.0));
  Vec b(K * D);
  for (size_t a = 0; a < K; a++)
    for (size_t c = 0; c < K; c++)
      for (size_t j = 0; j < D; j++)
        for (size_t l = 0; l < D; l++) {
          double v = 0;
          for (size_t i = 0; i < n; i++) v += P[i][a] * ((a == c) - P[i][c]) * s.X[i][j] * s.X[i][l] / n;
          if (a == c && j == l && j + 1 < D) v += lambda;
          if (j == l && (lambda == 0 || j + 1 == D)) v += 0.1 / K;
          H[a * D + j][c * D + l] = v;
        }
  for (size_t a = 0; a < K; a++)
    for (size_t j = 0; j < D; j++) b[a * D + j] = -g[a][j];
  Vec p = eliminate(H, b);
  // what elimination leaves along them is 0 where the gradient has no part there; with λ = 0 it has none
  Mat r(K, Vec(D));
  for (size_t a = 0; a < K; a++)
    for (size_t j = 0; j < D; j++) r[a][j] = p[a * D + j];
  return out(r);
}
}  // namespace classification
