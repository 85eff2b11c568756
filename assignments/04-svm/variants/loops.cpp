// Plain loops over doubles, Platt's ends for a pair, Gauss elimination, a machine for every point left out
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "svm.h"

namespace svm {

using torch::Tensor;
using Vec = std::vector<double>;

namespace {

const double inf = std::numeric_limits<double>::infinity();

void want(bool ok, const std::string& what) { TORCH_CHECK_VALUE(ok, what); }

struct Mat {
  int64_t rows, cols;
  Vec a;
  Mat(int64_t r, int64_t c) : rows(r), cols(c), a(r * c, 0.0) {}
  double& at(int64_t i, int64_t j) { return a[i * cols + j]; }
  double at(int64_t i, int64_t j) const { return a[i * cols + j]; }
};

Vec list(const Tensor& t) {
  want(t.dim() == 1, "a vector was expected");
  const auto from = t.accessor<double, 1>();
  Vec v;
  for (int64_t i = 0; i < t.size(0); i++) v.push_back(from[i]);
  return v;
}

Mat table(const Tensor& t) {
  want(t.dim() == 2, "a matrix was expected");
  const auto from = t.accessor<double, 2>();
  Mat m(t.size(0), t.size(1));
  for (int64_t i = 0; i < m.rows; i++)
    for (int64_t j = 0; j < m.cols; j++) m.at(i, j) = from[i][j];
  return m;
}

std::vector<int64_t> whole(const Tensor& t) {
  want(t.dim() == 1 && t.scalar_type() == torch::kLong, "whole numbers were expected");
  const auto from = t.accessor<int64_t, 1>();
  std::vector<int64_t> v;
  for (int64_t i = 0; i < t.size(0); i++) v.push_back(from[i]);
  return v;
}

Tensor give(const Vec& v) {
  auto t = torch::empty({(int64_t)v.size()}, torch::kFloat64);
  for (size_t i = 0; i < v.size(); i++) t.data_ptr<double>()[i] = v[i];
  return t;
}

Tensor give(const Mat& m) { return give(m.a).view({m.rows, m.cols}); }

void look_at_signs(const Vec& y, size_t n, double C) {
  want(y.size() == n, "not a sign for each point");
  int plus = 0, minus = 0;
  for (double s : y) {
    if (s == 1)
      plus++;
    else if (s == -1)
      minus++;
    else
      throw std::invalid_argument("a sign is neither 1 nor -1");
  }
  want(plus > 0 && minus > 0, "one kind alone");
  want(C > 0, "C is not above 0");
}

void look_at_dual(const Mat& K, const Vec& y, const Vec& v, double C) {
  want(K.rows == K.cols, "K is not square");
  want(v.size() == (size_t)K.rows, "a vector has another length than K");
  look_at_signs(y, K.rows, C);
}

double times(const Mat& X, int64_t i, const Vec& w) {
  double sum = 0;
  for (int64_t a = 0; a < X.cols; a++) sum += X.at(i, a) * w[a];
  return sum;
}

}  // namespace

Tensor geometric_margins(const Tensor& X_, const Tensor& y_, const Tensor& w_, double b) {
  const Mat X = table(X_);
  const Vec y = list(y_), w = list(w_);
  look_at_signs(y, X.rows, 1);
  want((int64_t)w.size() == X.cols, "w does not fit X");
  double square = 0;
  for (double c : w) square += c * c;
  want(square > 0, "w is 0");
  Vec m(X.rows);
  for (int64_t i = 0; i < X.rows; i++) m[i] = y[i] * (times(X, i, w) + b) / std::sqrt(square);
  return give(m);
}

double primal_objective(const Tensor& X_, const Tensor& y_, const Tensor& w_, double b, double C) {
  const Mat X = table(X_);
  const Vec y = list(y_), w = list(w_);
  look_at_signs(y, X.rows, C);
  want((int64_t)w.size() == X.cols, "w does not fit X");
  double P = 0;
  for (int64_t i = 0; i < X.rows; i++) {
    const double slack = 1 - y[i] * (times(X, i, w) + b);
    if (slack > 0) P += C * slack;
  }
  for (double c : w) P += 0.5 * c * c;
  return P;
}

Tensor primal_subgradient(const Tensor& X_, const Tensor& y_, const Tensor& w_, double b, double C) {
  const Mat X = table(X_);
  const Vec y = list(y_), w = list(w_);
  look_at_signs(y, X.rows, C);
  want((int64_t)w.size() == X.cols, "w does not fit X");
  Vec g = w;
  g.push_back(0);
  for (int64_t i = 0; i < X.rows; i++) {
    if (y[i] * (times(X, i, w) + b) >= 1) continue;
    for (int64_t a = 0; a < X.cols; a++) g[a] -= C * y[i] * X.at(i, a);
    g[X.cols] -= C * y[i];
  }
  return give(g);
}

Tensor pegasos(const Tensor& X_, const Tensor& y_, double lambda, const Tensor& order_) {
  const Mat X = table(X_);
  const Vec y = list(y_);
  look_at_signs(y, X.rows, 1);
  want(lambda > 0, "lambda is not above 0");
  Vec w(X.cols, 0.0);
  double t = 0;
  for (int64_t i : whole(order_)) {
    want(0 <= i && i < X.rows, "no such point");
    t += 1;
    const bool inside = y[i] * times(X, i, w) < 1;
    for (int64_t a = 0; a < X.cols; a++) {
      double slope = lambda * w[a];
      if (inside) slope -= y[i] * X.at(i, a);
      w[a] -= slope / (lambda * t);
    }
  }
  return give(w);
}

namespace {

/// Gauss elimination with partial pivoting.
Vec gauss(Mat A, Vec b) {
  const int64_t n = A.rows;
  for (int64_t c = 0; c < n; c++) {
    int64_t best = c;
    for (int64_t r = c + 1; r < n; r++)
      if (std::abs(A.at(r, c)) > std::abs(A.at(best, c))) best = r;
    for (int64_t k = 0; k < n; k++) std::swap(A.at(c, k), A.at(best, k));
    std::swap(b[c], b[best]);
    for (int64_t r = c + 1; r < n; r++) {
      const double f = A.at(r, c) / A.at(c, c);
      for (int64_t k = c; k < n; k++) A.at(r, k) -= f * A.at(c, k);
      b[r] -= f * b[c];
    }
  }
  for (int64_t c = n - 1; c >= 0; c--) {
    for (int64_t k = c + 1; k < n; k++) b[c] -= A.at(c, k) * b[k];
    b[c] /= A.at(c, c);
  }
  return b;
}

double functional_margin(const Mat& X, const Vec& y, int64_t i, const Vec& u) {
  return y[i] * (times(X, i, u) + u[X.cols]);
}

void look_at_start(const Mat& X, const Vec& y, const Vec& u) {
  look_at_signs(y, X.rows, 1);
  want((int64_t)u.size() == X.cols + 1, "the start does not fit X");
  for (int64_t i = 0; i < X.rows; i++)
    want(functional_margin(X, y, i, u) > 1, "the start has a margin of 1 or less");
}

Vec moved(Vec u, const Vec& s, double size) {
  for (size_t a = 0; a < u.size(); a++) u[a] -= size * s[a];
  return u;
}

double potential(const Mat& X, const Vec& y, const Vec& u, double t) {
  double E = 0;
  for (int64_t a = 0; a < X.cols; a++) E += t / 2 * u[a] * u[a];
  for (int64_t i = 0; i < X.rows; i++) {
    const double room = functional_margin(X, y, i, u) - 1;
    if (room <= 0) return inf;
    E -= std::log(room);
  }
  return E;
}

Vec centre(const Mat& X, const Vec& y, Vec u, double t) {
  const int64_t d = X.cols, n = X.rows;
  for (int round = 0; round < 500; round++) {
    Vec g(d + 1, 0.0);
    Mat H(d + 1, d + 1);
    for (int64_t a = 0; a < d; a++) g[a] = t * u[a], H.at(a, a) = t;
    for (int64_t i = 0; i < n; i++) {
      const double room = functional_margin(X, y, i, u) - 1;
      for (int64_t a = 0; a <= d; a++) {
        const double xa = a < d ? X.at(i, a) : 1;
        g[a] -= y[i] * xa / room;
        for (int64_t c = 0; c <= d; c++) H.at(a, c) += xa * (c < d ? X.at(i, c) : 1) / (room * room);
      }
    }
    const Vec s = gauss(H, g);
    double decrement2 = 0;
    for (int64_t a = 0; a <= d; a++) decrement2 += s[a] * g[a];
    if (!(decrement2 > 1e-14)) return u;
    // Near the centre a full step of a self-concordant function needs no test.
    double size = 1;
    while (decrement2 > 0.0625 && potential(X, y, moved(u, s, size), t) >= potential(X, y, u, t)) size /= 3;
    u = moved(u, s, size);
  }
  return u;
}

}  // namespace

Tensor barrier_centre(const Tensor& X_, const Tensor& y_, const Tensor& start, double t) {
  const Mat X = table(X_);
  const Vec y = list(y_);
  look_at_start(X, y, list(start));
  want(t > 0, "t is not above 0");
  return give(centre(X, y, list(start), t));
}

Tensor hard_margin(const Tensor& X_, const Tensor& y_, const Tensor& start, double gap) {
  const Mat X = table(X_);
  const Vec y = list(y_);
  Vec u = list(start);
  look_at_start(X, y, u);
  want(gap > 0, "the gap is not above 0");
  double t = 0.1;
  while (X.rows / t > gap) {
    u = centre(X, y, u, t);
    t *= 3;
  }
  return give(centre(X, y, u, t));
}

double dual_objective(const Tensor& K_, const Tensor& y_, const Tensor& p_, const Tensor& alpha_) {
  const Mat K = table(K_);
  const Vec y = list(y_), p = list(p_), a = list(alpha_);
  look_at_dual(K, y, p, 1);
  look_at_dual(K, y, a, 1);
  double f = 0;
  for (int64_t i = 0; i < K.rows; i++) {
    for (int64_t j = 0; j < i; j++) f += a[i] * a[j] * y[i] * y[j] * K.at(i, j);
    f += 0.5 * a[i] * a[i] * K.at(i, i) + p[i] * a[i];
  }
  return f;
}

namespace {

Vec slopes(const Mat& K, const Vec& y, const Vec& p, const Vec& a) {
  Vec g = p;
  for (int64_t i = 0; i < K.rows; i++)
    for (int64_t j = 0; j < K.rows; j++) g[i] += y[i] * y[j] * K.at(i, j) * a[j];
  return g;
}

/// Platt's: α_j first, between L and H, then α_i by the constraint. Says by how much both changed.
std::pair<double, double> platt(const Mat& K, const Vec& y, Vec& a, const Vec& g, double C, int64_t i,
                                int64_t j) {
  const bool alike = y[i] == y[j];
  const double ai = a[i], aj = a[j], sum = ai + aj, difference = aj - ai;
  const double L = alike ? std::max(0.0, sum - C) : std::max(0.0, difference);
  const double H = alike ? std::min(C, sum) : std::min(C, C + difference);
  const double bend = K.at(i, i) + K.at(j, j) - 2 * K.at(i, j);
  const double slope = g[j] - y[i] * y[j] * g[i];
  double to = aj;
  if (bend > 0)
    to = aj - slope / bend;
  else if (slope > 0)
    to = L;
  else if (slope < 0)
    to = H;
  want(std::isfinite(to), "downhill without an end");
  // At an end of [L, H] one of the two, or both, is at an end of the box.
  if (to >= H) {
    a[j] = H;
    if (alike)
      a[i] = sum <= C ? 0 : sum - C;
    else
      a[i] = difference >= 0 ? C - difference : C;
  } else if (to <= L) {
    a[j] = L;
    if (alike)
      a[i] = sum <= C ? sum : C;
    else
      a[i] = difference >= 0 ? 0 : -difference;
  } else {
    a[j] = to;
    a[i] = alike ? sum - to : to - difference;
  }
  return {a[i] - ai, a[j] - aj};
}

bool rises(double y, double a, double C) { return (y == 1 && a < C) || (y == -1 && a > 0); }
bool falls(double y, double a, double C) { return (y == -1 && a < C) || (y == 1 && a > 0); }

Pair worst(const Vec& y, const Vec& a, const Vec& g, double C) {
  int64_t up = -1, down = -1;
  for (size_t t = 0; t < y.size(); t++) {
    if (rises(y[t], a[t], C) && (up < 0 || -y[t] * g[t] > -y[up] * g[up])) up = t;
    if (falls(y[t], a[t], C) && (down < 0 || -y[t] * g[t] < -y[down] * g[down])) down = t;
  }
  return {up, down, -y[up] * g[up] + y[down] * g[down]};
}

Pair fan(const Mat& K, const Vec& y, const Vec& a, const Vec& g, double C) {
  Pair pair = worst(y, a, g, C);
  const int64_t i = pair.i;
  double record = -1;
  for (int64_t t = 0; t < K.rows; t++) {
    if (!falls(y[t], a[t], C)) continue;
    const double lead = -y[i] * g[i] + y[t] * g[t];
    if (lead <= 0) continue;
    double bend = K.at(i, i) + K.at(t, t) - 2 * K.at(i, t);
    if (bend <= 0) bend = 1e-12;
    if (lead * lead / bend > record) {
      record = lead * lead / bend;
      pair.j = t;
    }
  }
  return pair;
}

void look_at_state(const Vec& y, const Vec& a, const Vec& g, double C) {
  look_at_signs(y, y.size(), C);
  want(a.size() == y.size() && g.size() == y.size(), "vectors of different lengths");
}

struct Dual {
  Vec alpha, gradient;
  int64_t steps;
};

Dual descend(const Mat& K, const Vec& y, const Vec& p, double C, double tolerance, bool second_order) {
  look_at_dual(K, y, p, C);
  want(tolerance > 0, "the tolerance is not above 0");
  Dual now{Vec(y.size(), 0.0), p, 0};
  while (true) {
    const Pair pair =
        second_order ? fan(K, y, now.alpha, now.gradient, C) : worst(y, now.alpha, now.gradient, C);
    if (pair.violation <= tolerance) return now;
    want(now.steps++ < 100000, "too many steps");
    const auto [di, dj] = platt(K, y, now.alpha, now.gradient, C, pair.i, pair.j);
    for (int64_t t = 0; t < K.rows; t++)
      now.gradient[t] += y[t] * (y[pair.i] * di * K.at(pair.i, t) + y[pair.j] * dj * K.at(pair.j, t));
  }
}

double level(const Vec& y, const Vec& a, const Vec& g, double C) {
  double sum = 0;
  int free = 0;
  for (size_t t = 0; t < y.size(); t++)
    if (0 < a[t] && a[t] < C) sum -= y[t] * g[t], free++;
  if (free > 0) return sum / free;
  const Pair pair = worst(y, a, g, C);
  return -(y[pair.i] * g[pair.i] + y[pair.j] * g[pair.j]) / 2;
}

}  // namespace

Tensor dual_gradient(const Tensor& K_, const Tensor& y_, const Tensor& p_, const Tensor& alpha_) {
  const Mat K = table(K_);
  const Vec y = list(y_), p = list(p_), a = list(alpha_);
  look_at_dual(K, y, p, 1);
  look_at_dual(K, y, a, 1);
  return give(slopes(K, y, p, a));
}

Tensor pair_step(const Tensor& K_, const Tensor& y_, const Tensor& alpha_, const Tensor& gradient_, double C,
                 int64_t i, int64_t j) {
  const Mat K = table(K_);
  const Vec y = list(y_), g = list(gradient_);
  Vec a = list(alpha_);
  look_at_dual(K, y, a, C);
  look_at_state(y, a, g, C);
  want(0 <= i && i < K.rows && 0 <= j && j < K.rows && i != j, "no pair");
  platt(K, y, a, g, C, i, j);
  return give(a);
}

Pair violating_pair(const Tensor& y_, const Tensor& alpha_, const Tensor& gradient_, double C) {
  const Vec y = list(y_), a = list(alpha_), g = list(gradient_);
  look_at_state(y, a, g, C);
  return worst(y, a, g, C);
}

Path smo_pairs(const Tensor& K_, const Tensor& y_, const Tensor& p_, double C, const Tensor& pairs) {
  const Mat K = table(K_);
  const Vec y = list(y_), p = list(p_);
  look_at_dual(K, y, p, C);
  want(pairs.dim() == 2 && pairs.size(1) == 2, "pairs are (steps, 2)");
  Vec a(y.size(), 0.0), g = p, f{0.0};
  for (int64_t step = 0; step < pairs.size(0); step++) {
    const auto i = pairs[step][0].item<int64_t>(), j = pairs[step][1].item<int64_t>();
    want(0 <= i && i < K.rows && 0 <= j && j < K.rows && i != j, "no pair");
    platt(K, y, a, g, C, i, j);
    g = slopes(K, y, p, a);
    double twice = 0;
    for (size_t t = 0; t < a.size(); t++) twice += a[t] * (g[t] + p[t]);
    f.push_back(twice / 2);
  }
  return {give(a), give(f)};
}

Solution smo(const Tensor& K, const Tensor& y, const Tensor& p, double C, double tolerance) {
  const Dual end = descend(table(K), list(y), list(p), C, tolerance, false);
  return {give(end.alpha), end.steps};
}

double bias(const Tensor& y_, const Tensor& alpha_, const Tensor& gradient_, double C) {
  const Vec y = list(y_), a = list(alpha_), g = list(gradient_);
  look_at_state(y, a, g, C);
  return level(y, a, g, C);
}

Tensor decision_values(const std::function<Tensor(const Tensor&, const Tensor&)>& kernel, const Tensor& X,
                       const Tensor& coefficients, double b, const Tensor& queries) {
  const Mat points = table(X);
  const Vec c = list(coefficients);
  want((int64_t)c.size() == points.rows, "not a coefficient for each point");
  want(queries.dim() == 2 && queries.size(1) == points.cols, "queries do not fit X");
  Vec F(queries.size(0), b);
  for (int64_t i = 0; i < points.rows; i++) {
    if (c[i] == 0) continue;
    Mat one(1, points.cols);
    for (int64_t a = 0; a < points.cols; a++) one.at(0, a) = points.at(i, a);
    const Mat k = table(kernel(queries, give(one)));
    for (size_t m = 0; m < F.size(); m++) F[m] += c[i] * k.at(m, 0);
  }
  return give(F);
}

double duality_gap(const Tensor& K_, const Tensor& y_, const Tensor& alpha_, double b, double C) {
  const Mat K = table(K_);
  const Vec y = list(y_), a = list(alpha_);
  look_at_dual(K, y, a, C);
  want(C < inf, "C is infinite");
  double gap = 0;
  for (int64_t i = 0; i < K.rows; i++) {
    double f = 0;
    for (int64_t j = 0; j < K.rows; j++) f += y[j] * a[j] * K.at(i, j);
    gap += a[i] * (y[i] * f - 1) + C * std::max(0.0, 1 - y[i] * (f + b));
  }
  return gap;
}

namespace {

std::vector<int64_t> look_at_classes(const Mat& K, const Tensor& labels, int64_t classes, const Mat& cross) {
  const auto l = whole(labels);
  want(K.rows == K.cols && (int64_t)l.size() == K.rows && cross.cols == K.rows,
       "K, labels and cross do not fit");
  want(classes >= 2, "fewer than two classes");
  std::vector<int> seen(classes, 0);
  for (int64_t c : l) {
    want(0 <= c && c < classes, "a label is no class");
    seen[c]++;
  }
  for (int count : seen) want(count > 0, "a class is missing");
  return l;
}

/// The machine of the given rows at each query.
Vec machine_values(const Mat& K, const std::vector<int64_t>& rows, const Vec& y, double C, double tolerance,
                   const Mat& cross) {
  Mat part(rows.size(), rows.size());
  for (size_t i = 0; i < rows.size(); i++)
    for (size_t j = 0; j < rows.size(); j++) part.at(i, j) = K.at(rows[i], rows[j]);
  const Dual end = descend(part, y, Vec(rows.size(), -1.0), C, tolerance, false);
  Vec F(cross.rows, level(y, end.alpha, end.gradient, C));
  for (int64_t m = 0; m < cross.rows; m++)
    for (size_t i = 0; i < rows.size(); i++) F[m] += y[i] * end.alpha[i] * cross.at(m, rows[i]);
  return F;
}

std::vector<int64_t> tally(const Mat& K, const std::vector<int64_t>& l, int64_t classes, double C,
                           double tolerance, const Mat& cross) {
  std::vector<int64_t> votes(cross.rows * classes, 0);
  for (int64_t a = 0; a < classes; a++) {
    for (int64_t b = a + 1; b < classes; b++) {
      std::vector<int64_t> rows;
      Vec y;
      for (size_t i = 0; i < l.size(); i++) {
        if (l[i] != a && l[i] != b) continue;
        rows.push_back(i);
        y.push_back(l[i] == a ? 1 : -1);
      }
      const Vec F = machine_values(K, rows, y, C, tolerance, cross);
      for (int64_t m = 0; m < cross.rows; m++) votes[m * classes + (F[m] > 0 ? a : b)]++;
    }
  }
  return votes;
}

}  // namespace

Tensor one_against_one(const Tensor& K_, const Tensor& labels, int64_t classes, double C, double tolerance,
                       const Tensor& cross_) {
  const Mat K = table(K_), cross = table(cross_);
  const auto votes = tally(K, look_at_classes(K, labels, classes, cross), classes, C, tolerance, cross);
  return torch::tensor(votes, torch::kLong).view({cross.rows, classes});
}

Tensor one_against_rest(const Tensor& K_, const Tensor& labels, int64_t classes, double C, double tolerance,
                        const Tensor& cross_) {
  const Mat K = table(K_), cross = table(cross_);
  const auto l = look_at_classes(K, labels, classes, cross);
  std::vector<int64_t> all;
  for (int64_t i = 0; i < K.rows; i++) all.push_back(i);
  Mat values(cross.rows, classes);
  for (int64_t c = 0; c < classes; c++) {
    Vec y;
    for (int64_t label : l) y.push_back(label == c ? 1 : -1);
    const Vec F = machine_values(K, all, y, C, tolerance, cross);
    for (int64_t m = 0; m < cross.rows; m++) values.at(m, c) = F[m];
  }
  return give(values);
}

Tensor winners(const Tensor& scores) {
  want(scores.dim() == 2 && scores.size(1) > 0, "scores are (m, k)");
  auto best = torch::zeros({scores.size(0)}, torch::kLong);
  for (int64_t m = 0; m < scores.size(0); m++) {
    int64_t first = 0;
    for (int64_t c = 1; c < scores.size(1); c++)
      if ((scores[m][c] > scores[m][first]).item<bool>()) first = c;
    best[m] = first;
  }
  return best;
}

Regression fit_regression(const Tensor& K_, const Tensor& z_, double C, double epsilon, double tolerance) {
  const Mat K = table(K_);
  const Vec z = list(z_);
  const int64_t n = K.rows;
  want(K.cols == n && (int64_t)z.size() == n, "K and z do not fit");
  want(epsilon >= 0 && C > 0 && tolerance > 0, "epsilon, C or the tolerance is out of range");
  Mat four(2 * n, 2 * n);
  for (int64_t s = 0; s < 2 * n; s++)
    for (int64_t t = 0; t < 2 * n; t++) four.at(s, t) = K.at(s % n, t % n);
  Vec y, p;
  for (int64_t t = 0; t < 2 * n; t++) {
    y.push_back(t < n ? 1 : -1);
    p.push_back(t < n ? epsilon - z[t] : epsilon + z[t - n]);
  }
  const Dual end = descend(four, y, p, C, tolerance, false);
  Vec beta;
  for (int64_t t = 0; t < n; t++) beta.push_back(end.alpha[t] - end.alpha[t + n]);
  return {give(beta), level(y, end.alpha, end.gradient, C)};
}

Tensor scale_to_training(const Tensor& training, const Tensor& X_) {
  const Mat T = table(training);
  Mat X = table(X_);
  want(T.rows > 0 && T.cols == X.cols, "training and X do not fit");
  for (int64_t a = 0; a < X.cols; a++) {
    double low = T.at(0, a), high = T.at(0, a);
    for (int64_t i = 1; i < T.rows; i++) low = std::min(low, T.at(i, a)), high = std::max(high, T.at(i, a));
    for (int64_t i = 0; i < X.rows; i++)
      X.at(i, a) = high > low ? ((X.at(i, a) - low) - (high - X.at(i, a))) / (high - low) : 0;
  }
  return give(X);
}

Tensor classify(const Tensor& X_, const Tensor& labels, const Tensor& queries, double C, double width) {
  const Mat X = table(X_), Z = table(queries);
  want(X.cols == Z.cols && X.rows > 0, "X and queries do not fit");
  want(width > 0 && C > 0, "the width or C is not above 0");
  const auto k = [&](const Mat& A, const Mat& B) {
    Mat K(A.rows, B.rows);
    for (int64_t i = 0; i < A.rows; i++) {
      for (int64_t j = 0; j < B.rows; j++) {
        double r2 = 0;
        for (int64_t a = 0; a < A.cols; a++) r2 += (A.at(i, a) - B.at(j, a)) * (A.at(i, a) - B.at(j, a));
        K.at(i, j) = std::exp(-0.5 * r2 / width / width);
      }
    }
    return K;
  };
  const Mat K = k(X, X), cross = k(Z, X);
  const auto l = whole(labels);
  const int64_t classes = 1 + *std::max_element(l.begin(), l.end());
  const auto votes = tally(K, look_at_classes(K, labels, classes, cross), classes, C, 5e-4, cross);
  return winners(torch::tensor(votes, torch::kLong).view({Z.rows, classes}));
}

Pair second_order_pair(const Tensor& K_, const Tensor& y_, const Tensor& alpha_, const Tensor& gradient_,
                       double C) {
  const Mat K = table(K_);
  const Vec y = list(y_), a = list(alpha_), g = list(gradient_);
  look_at_dual(K, y, a, C);
  look_at_state(y, a, g, C);
  return fan(K, y, a, g, C);
}

Solution smo_second_order(const Tensor& K, const Tensor& y, const Tensor& p, double C, double tolerance) {
  const Dual end = descend(table(K), list(y), list(p), C, tolerance, true);
  return {give(end.alpha), end.steps};
}

/// Every point has a machine of its own, support vector or not.
Tensor leave_one_out_values(const Tensor& K_, const Tensor& y_, double C, double tolerance) {
  const Mat K = table(K_);
  const Vec y = list(y_);
  look_at_dual(K, y, y, C);
  want(tolerance > 0, "the tolerance is not above 0");
  for (double kind : {1.0, -1.0}) want(std::count(y.begin(), y.end(), kind) >= 2, "a kind has one point");
  Vec F;
  for (int64_t out = 0; out < K.rows; out++) {
    std::vector<int64_t> rows;
    Vec signs;
    for (int64_t i = 0; i < K.rows; i++)
      if (i != out) rows.push_back(i), signs.push_back(y[i]);
    Mat query(1, K.rows);
    for (int64_t i = 0; i < K.rows; i++) query.at(0, i) = K.at(out, i);
    F.push_back(machine_values(K, rows, signs, C, tolerance, query)[0]);
  }
  return give(F);
}

}  // namespace svm
