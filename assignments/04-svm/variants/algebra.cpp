// As LIBSVM does it: Q with its signs, four cases for a pair, a bound for each point; centres by least
// squares
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "svm.h"

namespace svm {

using at::indexing::None;
using at::indexing::Slice;
using torch::Tensor;

namespace {

constexpr double kHuge = std::numeric_limits<double>::infinity();

[[noreturn]] void refuse(const std::string& why) { TORCH_CHECK_VALUE(false, why); }

void check_vector(const Tensor& v, int64_t n, const char* name) {
  if (v.dim() != 1 || v.numel() != n)
    refuse(std::string("expected ") + std::to_string(n) + " numbers for " + name);
}

void check_labels(const Tensor& y, int64_t n, double C) {
  check_vector(y, n, "y");
  const auto plus = y.eq(1).sum().item<int64_t>(), minus = y.eq(-1).sum().item<int64_t>();
  if (plus + minus != n || plus == 0 || minus == 0) refuse("expected signs of both kinds and nothing else");
  if (!(C > 0)) refuse("expected C > 0");
}

void check_points(const Tensor& X, const Tensor& y, const Tensor& w, double C) {
  if (X.dim() != 2) refuse("expected a matrix X");
  check_vector(w, X.size(1), "w");
  check_labels(y, X.size(0), C);
}

void check_gram(const Tensor& K, const Tensor& y, double C) {
  if (K.dim() != 2 || K.size(0) != K.size(1)) refuse("expected a square K");
  check_labels(y, K.size(0), C);
}

}  // namespace

Tensor geometric_margins(const Tensor& X, const Tensor& y, const Tensor& w, double b) {
  check_points(X, y, w, 1);
  if (w.abs().max().item<double>() == 0) refuse("expected a w that is not 0");
  const double length = std::sqrt(w.square().sum().item<double>());
  return torch::mv(X * y.unsqueeze(1), w / length) + y * (b / length);
}

double primal_objective(const Tensor& X, const Tensor& y, const Tensor& w, double b, double C) {
  check_points(X, y, w, C);
  return (0.5 * torch::inner(w, w) +
          C * torch::relu(1 - y * torch::addmv(torch::full_like(y, b), X, w)).sum())
      .item<double>();
}

Tensor primal_subgradient(const Tensor& X, const Tensor& y, const Tensor& w, double b, double C) {
  check_points(X, y, w, C);
  const auto inside = torch::nonzero(y * (torch::mv(X, w) + b) < 1).flatten();
  const auto rows = torch::hstack({X, torch::ones({X.size(0), 1}, X.options())}) * y.unsqueeze(1);
  return torch::hstack({w, torch::zeros({1}, w.options())}) - C * rows.index({inside}).sum(0);
}

/// λ t w_t is kept instead of w_t: the sum of y x over the steps that had a slack.
Tensor pegasos(const Tensor& X, const Tensor& y, double lambda, const Tensor& order) {
  if (X.dim() != 2 || order.dim() != 1 || order.is_floating_point())
    refuse("expected X (n, d) and a list of indices");
  check_labels(y, X.size(0), 1);
  if (!(lambda > 0)) refuse("expected lambda > 0");
  if (order.numel() == 0) return torch::zeros({X.size(1)}, torch::kFloat64);
  if (order.min().item<int64_t>() < 0 || order.max().item<int64_t>() >= X.size(0))
    refuse("expected indices of points");
  const auto rows = (X * y.unsqueeze(1)).index({order});
  auto sum = torch::zeros({X.size(1)}, torch::kFloat64);
  for (int64_t done = 0; done < order.numel(); ++done)
    if (sum.dot(rows[done]).item<double>() < lambda * done || done == 0) sum += rows[done];
  return sum / (lambda * order.numel());
}

namespace {

Tensor feasible_rows(const Tensor& X, const Tensor& y, const Tensor& start) {
  if (X.dim() != 2) refuse("expected a matrix X");
  check_labels(y, X.size(0), 1);
  check_vector(start, X.size(1) + 1, "the start");
  const auto rows = torch::constant_pad_nd(X, {0, 1}, 1) * y.unsqueeze(1);
  if (torch::mv(rows, start).le(1).any().item<bool>()) refuse("expected a start with margins above 1");
  return rows;
}

}  // namespace

/// With A = (√t (1, 0); rows/room) and c = (√t w, −1) the Hessian is AᵀA and the gradient Aᵀc.
Tensor barrier_centre(const Tensor& X, const Tensor& y, const Tensor& start, double t) {
  const auto rows = feasible_rows(X, y, start);
  if (!(t > 0)) refuse("expected t > 0");
  const auto d = X.size(1), n = X.size(0);
  const auto top = std::sqrt(t) * torch::eye(d, d + 1, torch::kFloat64);
  auto u = start.clone();
  for (int count = 0; count < 300; ++count) {
    const auto room = torch::mv(rows, u) - 1;
    const auto A = torch::cat({top, rows / room.unsqueeze(1)});
    const auto c = torch::cat({std::sqrt(t) * u.slice(0, 0, d), -torch::ones({n}, torch::kFloat64)});
    const auto step = -std::get<0>(torch::linalg_lstsq(A, c.unsqueeze(1), std::nullopt, "gelsd")).squeeze(1);
    if (torch::mv(A, step).norm().item<double>() < 1e-7) break;
    // On the line: stop short of the wall, then halve until the slope is no longer uphill by much.
    const auto change = torch::mv(rows, step);
    const auto reach =
        torch::where(change < 0, -room / change, torch::full_like(room, kHuge)).min().item<double>();
    const auto slope = [&](double size) {
      const auto w = (u + size * step).slice(0, 0, d);
      return (t * w.dot(step.slice(0, 0, d)) - (change / (room + size * change)).sum()).item<double>();
    };
    double size = std::min(1.0, 0.99 * reach);
    while (slope(size) > -0.5 * slope(0)) size *= 0.5;
    u += size * step;
  }
  return u;
}

namespace {

Tensor with_signs(const Tensor& K, const Tensor& y) { return K * y.unsqueeze(0) * y.unsqueeze(1); }

/// α and its gradient, with a bound for each multiplier; Q is never copied.
class Solver {
 public:
  Solver(const Tensor& Q, const Tensor& y, const Tensor& p, const std::vector<double>& bounds)
      : Q_(Q.contiguous()), n_(y.numel()), y_(values(y)), C_(bounds), a_(n_, 0.0), g_(values(p)) {}

  Solver(const Tensor& Q, const Tensor& y, const Tensor& a, const Tensor& g, double C)
      : Q_(Q.contiguous()), n_(y.numel()), y_(values(y)), C_(n_, C), a_(values(a)), g_(values(g)) {}

  /// The four cases of LIBSVM's solver. Returns by how much f has changed.
  double step(int64_t i, int64_t j) {
    const double bend = q(i, i) + q(j, j) - 2 * y_[i] * y_[j] * q(i, j), ai = a_[i], aj = a_[j], gi = g_[i],
                 gj = g_[j];
    const double slope = y_[i] * gi - y_[j] * gj;
    double delta = bend > 0 ? -slope / bend : slope == 0 ? 0 : slope < 0 ? kHuge : -kHuge;
    if (y_[i] != y_[j]) {
      delta *= y_[i];
      const double difference = ai - aj;
      a_[i] += delta, a_[j] += delta;
      if (difference > 0 && a_[j] < 0) a_[j] = 0, a_[i] = difference;
      if (difference <= 0 && a_[i] < 0) a_[i] = 0, a_[j] = -difference;
      if (difference > C_[i] - C_[j] && a_[i] > C_[i]) a_[i] = C_[i], a_[j] = C_[i] - difference;
      if (difference <= C_[i] - C_[j] && a_[j] > C_[j]) a_[j] = C_[j], a_[i] = C_[j] + difference;
    } else {
      delta *= y_[i];
      const double sum = ai + aj;
      a_[i] += delta, a_[j] -= delta;
      if (sum > C_[i] && a_[i] > C_[i]) a_[i] = C_[i], a_[j] = sum - C_[i];
      if (sum <= C_[i] && a_[j] < 0) a_[j] = 0, a_[i] = sum;
      if (sum > C_[j] && a_[j] > C_[j]) a_[j] = C_[j], a_[i] = sum - C_[j];
      if (sum <= C_[j] && a_[i] < 0) a_[i] = 0, a_[j] = sum;
    }
    if (!std::isfinite(a_[i]) || !std::isfinite(a_[j])) refuse("f has no minimum: expected a finite C");
    const double di = a_[i] - ai, dj = a_[j] - aj;
    const auto *row_i = row(i), *row_j = row(j);
    for (int64_t t = 0; t < n_; ++t) g_[t] += row_i[t] * di + row_j[t] * dj;
    return gi * di + gj * dj + 0.5 * (q(i, i) * di * di + q(j, j) * dj * dj) + q(i, j) * di * dj;
  }

  Pair first_order() const {
    Pair pair{-1, -1, 0};
    double Gmax = -kHuge, Gmin = kHuge;
    for (int64_t t = 0; t < n_; ++t) {
      if (up(t) && s(t) > Gmax) Gmax = s(t), pair.i = t;
      if (low(t) && s(t) < Gmin) Gmin = s(t), pair.j = t;
    }
    pair.violation = Gmax - Gmin;
    return pair;
  }

  Pair second_order() const {
    auto pair = first_order();
    double least = 0;
    for (int64_t t = 0; t < n_; ++t) {
      const double b = s(pair.i) - s(t);
      if (!low(t) || b <= 0) continue;
      const double a = q(pair.i, pair.i) + q(t, t) - 2 * y_[pair.i] * y_[t] * q(pair.i, t);
      const double change = -b * b / (a > 0 ? a : 1e-12);
      if (change < least) least = change, pair.j = t;
    }
    return pair;
  }

  int64_t solve(double tolerance, bool second) {
    if (!(tolerance > 0)) refuse("expected a tolerance above 0");
    for (int64_t steps = 0; steps <= 100'000; ++steps) {
      const auto pair = second ? second_order() : first_order();
      if (pair.violation <= tolerance) return steps;
      step(pair.i, pair.j);
    }
    refuse("expected to be done in 100,000 steps");
  }

  double b() const {
    double free = 0, sum = 0;
    for (int64_t t = 0; t < n_; ++t)
      if (a_[t] > 0 && a_[t] < C_[t]) ++free, sum += s(t);
    const auto ends = free > 0 ? Pair{0, 0, 0} : first_order();
    return free > 0 ? sum / free : s(ends.i) / 2 + s(ends.j) / 2;
  }

  Tensor alpha() const { return torch::tensor(a_, torch::kFloat64); }

 private:
  static std::vector<double> values(const Tensor& t) {
    const auto flat = t.contiguous();
    return {flat.const_data_ptr<double>(), flat.const_data_ptr<double>() + flat.numel()};
  }

  const double* row(int64_t i) const { return Q_.const_data_ptr<double>() + i * n_; }
  double q(int64_t i, int64_t j) const { return row(i)[j]; }
  double s(int64_t t) const { return -y_[t] * g_[t]; }
  bool up(int64_t t) const { return y_[t] > 0 ? a_[t] < C_[t] : a_[t] > 0; }
  bool low(int64_t t) const { return y_[t] > 0 ? a_[t] > 0 : a_[t] < C_[t]; }

  Tensor Q_;
  int64_t n_;
  std::vector<double> y_, C_, a_, g_;
};

Solver solver(const Tensor& K, const Tensor& y, const Tensor& p, double C) {
  check_gram(K, y, C);
  check_vector(p, K.size(0), "p");
  return {with_signs(K, y), y, p, std::vector<double>(K.size(0), C)};
}

Solver state(const Tensor& Q, const Tensor& y, const Tensor& alpha, const Tensor& gradient, double C) {
  if (y.dim() != 1) refuse("expected signs (n)");
  check_labels(y, y.size(0), C);
  check_vector(alpha, y.size(0), "alpha");
  check_vector(gradient, y.size(0), "the gradient");
  return {Q, y, alpha, gradient, C};
}

}  // namespace

/// In the dual, then a plane that is longer by a little, for room.
Tensor hard_margin(const Tensor& X, const Tensor& y, const Tensor& start, double gap) {
  feasible_rows(X, y, start);
  if (!(gap > 0)) refuse("expected a gap above 0");
  auto dual = solver(X.mm(X.t()), y, torch::full_like(y, -1), kHuge);
  dual.solve(1e-9, true);
  const auto plane =
      torch::cat({torch::mv(X.t(), y * dual.alpha()), torch::full({1}, dual.b(), torch::kFloat64)});
  const auto least = (y * (torch::mv(X, plane.slice(0, 0, -1)) + plane[-1])).min();
  return plane * (1 + 1e-10) / least;
}

double dual_objective(const Tensor& K, const Tensor& y, const Tensor& p, const Tensor& alpha) {
  check_gram(K, y, 1);
  check_vector(p, K.size(0), "p");
  check_vector(alpha, K.size(0), "alpha");
  return torch::einsum("i,ij,j->", {alpha, with_signs(K, y) / 2, alpha}).item<double>() +
         (p * alpha).sum().item<double>();
}

Tensor dual_gradient(const Tensor& K, const Tensor& y, const Tensor& p, const Tensor& alpha) {
  check_gram(K, y, 1);
  check_vector(p, K.size(0), "p");
  check_vector(alpha, K.size(0), "alpha");
  return torch::addmv(p, with_signs(K, y), alpha);
}

Tensor pair_step(const Tensor& K, const Tensor& y, const Tensor& alpha, const Tensor& gradient, double C,
                 int64_t i, int64_t j) {
  check_gram(K, y, C);
  auto now = state(with_signs(K, y), y, alpha, gradient, C);
  if (i == j || std::min(i, j) < 0 || std::max(i, j) >= K.size(0)) refuse("expected two different points");
  now.step(i, j);
  return now.alpha();
}

Pair violating_pair(const Tensor& y, const Tensor& alpha, const Tensor& gradient, double C) {
  return state(y, y, alpha, gradient, C).first_order();
}

/// f by its changes.
Path smo_pairs(const Tensor& K, const Tensor& y, const Tensor& p, double C, const Tensor& pairs) {
  auto now = solver(K, y, p, C);
  if (pairs.dim() != 2 || pairs.size(1) != 2) refuse("expected pairs (steps, 2)");
  std::vector<double> f{0};
  for (const auto& pair : pairs.unbind(0)) {
    const auto i = pair[0].item<int64_t>(), j = pair[1].item<int64_t>();
    if (i == j || std::min(i, j) < 0 || std::max(i, j) >= K.size(0)) refuse("expected two different points");
    f.push_back(f.back() + now.step(i, j));
  }
  return {now.alpha(), torch::tensor(f, torch::kFloat64)};
}

Solution smo(const Tensor& K, const Tensor& y, const Tensor& p, double C, double tolerance) {
  auto now = solver(K, y, p, C);
  const auto steps = now.solve(tolerance, false);
  return {now.alpha(), steps};
}

double bias(const Tensor& y, const Tensor& alpha, const Tensor& gradient, double C) {
  return state(y, y, alpha, gradient, C).b();
}

/// A query at a time.
Tensor decision_values(const std::function<Tensor(const Tensor&, const Tensor&)>& kernel, const Tensor& X,
                       const Tensor& coefficients, double b, const Tensor& queries) {
  if (X.dim() != 2 || queries.dim() != 2 || queries.size(1) != X.size(1))
    refuse("expected X (n, d) and queries (m, d)");
  check_vector(coefficients, X.size(0), "coefficients");
  const auto kept = coefficients.ne(0);
  auto F = torch::full({queries.size(0)}, b, torch::kFloat64);
  if (!kept.any().item<bool>()) return F;
  const auto centres = X.index({kept}), weights = coefficients.index({kept});
  for (int64_t m = 0; m < queries.size(0); ++m)
    F[m] += torch::mv(kernel(queries.slice(0, m, m + 1).contiguous(), centres), weights)[0];
  return F;
}

double duality_gap(const Tensor& K, const Tensor& y, const Tensor& alpha, double b, double C) {
  check_gram(K, y, C);
  check_vector(alpha, K.size(0), "alpha");
  if (std::isinf(C)) refuse("expected a finite C");
  const auto Qa = torch::mv(with_signs(K, y), alpha);
  const double length2 = Qa.dot(alpha).item<double>();
  const double primal = length2 / 2 + C * torch::relu(1 - Qa - b * y).sum().item<double>();
  const double dual = alpha.sum().item<double>() - length2 / 2;
  return primal - dual;
}

namespace {

void check_classes(const Tensor& K, const Tensor& labels, int64_t classes, const Tensor& cross) {
  if (K.dim() != 2 || K.size(0) != K.size(1) || cross.dim() != 2 || cross.size(1) != K.size(0))
    refuse("expected K (n, n) and cross (m, n)");
  check_vector(labels, K.size(0), "labels");
  if (classes < 2) refuse("expected two classes or more");
  const auto found = std::get<0>(torch::_unique2(labels));
  if (!torch::equal(found, torch::arange(classes)))
    refuse("expected every class once at least, and no other");
}

/// Points of other classes have a bound of 0; steps by second order.
Tensor values_of(const Tensor& K, const Tensor& y, const Tensor& bounds, double tolerance,
                 const Tensor& cross) {
  if (!bounds.gt(0).any().item<bool>()) refuse("expected C > 0");
  const auto chosen = bounds.nonzero().flatten();
  const auto sub = K.index({chosen}).index({Slice(), chosen}), signs = y.index({chosen}),
             limits = bounds.index({chosen});
  std::vector<double> C(limits.const_data_ptr<double>(), limits.const_data_ptr<double>() + limits.numel());
  Solver now(with_signs(sub, signs), signs, torch::full_like(signs, -1), C);
  now.solve(tolerance, true);
  return torch::mv(cross.index({Slice(), chosen}), signs * now.alpha()) + now.b();
}

}  // namespace

Tensor one_against_one(const Tensor& K, const Tensor& labels, int64_t classes, double C, double tolerance,
                       const Tensor& cross) {
  check_classes(K, labels, classes, cross);
  auto votes = torch::zeros({cross.size(0), classes}, torch::kLong);
  for (const auto& duel : torch::combinations(torch::arange(classes)).unbind(0)) {
    const auto is_first = labels.eq(duel[0]), belongs = is_first | labels.eq(duel[1]);
    const auto F =
        values_of(K, is_first.to(torch::kFloat64) * 2 - 1, C * belongs.to(torch::kFloat64), tolerance, cross);
    const auto winner = torch::where(F > 0, duel[0], duel[1]);
    votes.scatter_add_(1, winner.unsqueeze(1), torch::ones({cross.size(0), 1}, torch::kLong));
  }
  return votes;
}

Tensor one_against_rest(const Tensor& K, const Tensor& labels, int64_t classes, double C, double tolerance,
                        const Tensor& cross) {
  check_classes(K, labels, classes, cross);
  auto F = torch::empty({cross.size(0), classes}, torch::kFloat64);
  const auto signs = torch::one_hot(labels, classes).to(torch::kFloat64) * 2 - 1;
  for (int64_t c = 0; c < classes; ++c)
    F.index_put_({Slice(), c}, values_of(K, signs.index({Slice(), c}).contiguous(),
                                         torch::full({K.size(0)}, C, torch::kFloat64), tolerance, cross));
  return F;
}

Tensor winners(const Tensor& scores) {
  if (scores.dim() != 2 || scores.size(1) == 0) refuse("expected a matrix of scores with a column");
  const auto k = scores.size(1);
  const auto columns = torch::arange(k).expand_as(scores);
  return columns.masked_fill(scores.ne(scores.amax(1, true)), k).amin(1);
}

Regression fit_regression(const Tensor& K, const Tensor& z, double C, double epsilon, double tolerance) {
  if (K.dim() != 2 || K.size(0) != K.size(1)) refuse("expected a square K");
  check_vector(z, K.size(0), "z");
  if (!(epsilon >= 0)) refuse("expected epsilon of 0 or more");
  const auto n = z.size(0);
  const auto signs =
      torch::ones({2, n}, torch::kFloat64) * torch::tensor({1.0, -1.0}, torch::kFloat64).unsqueeze(1);
  auto now = solver(torch::kron(torch::ones({2, 2}, torch::kFloat64), K), signs.flatten(),
                    (epsilon - signs * z).flatten(), C);
  now.solve(tolerance, true);
  return {(signs * now.alpha().view({2, n})).sum(0), now.b()};
}

Tensor scale_to_training(const Tensor& training, const Tensor& X) {
  if (training.dim() != 2 || X.dim() != 2 || training.size(0) == 0 || training.size(1) != X.size(1))
    refuse("expected two matrices of as many columns");
  const auto [low, high] = torch::aminmax(training, 0);
  const auto half = (high - low) / 2, middle = (high + low) / 2;
  return ((X - middle) / half).masked_fill(half.eq(0).expand_as(X), 0);
}

Tensor classify(const Tensor& X, const Tensor& labels, const Tensor& queries, double C, double width) {
  if (X.dim() != 2 || queries.dim() != 2 || queries.size(1) != X.size(1))
    refuse("expected X (n, d) and queries (m, d)");
  if (!(width > 0 && C > 0)) refuse("expected a width and a C above 0");
  const auto kernel = [width](const Tensor& A, const Tensor& B) {
    const auto r2 = A.square().sum(1, true) + B.square().sum(1) - 2 * A.mm(B.t());
    return (r2 / (-2 * width * width)).exp();
  };
  check_vector(labels, X.size(0), "labels");
  const auto classes = labels.max().item<int64_t>() + 1;
  return winners(one_against_one(kernel(X, X), labels, classes, C, 1e-4, kernel(queries, X)));
}

Pair second_order_pair(const Tensor& K, const Tensor& y, const Tensor& alpha, const Tensor& gradient,
                       double C) {
  check_gram(K, y, C);
  return state(with_signs(K, y), y, alpha, gradient, C).second_order();
}

Solution smo_second_order(const Tensor& K, const Tensor& y, const Tensor& p, double C, double tolerance) {
  auto now = solver(K, y, p, C);
  const auto steps = now.solve(tolerance, true);
  return {now.alpha(), steps};
}

Tensor leave_one_out_values(const Tensor& K, const Tensor& y, double C, double tolerance) {
  check_gram(K, y, C);
  if (y.eq(1).sum().item<int64_t>() < 2 || y.eq(-1).sum().item<int64_t>() < 2)
    refuse("expected two points of each kind");
  const auto whole = torch::full({K.size(0)}, C, torch::kFloat64);
  std::vector<Tensor> F;
  for (int64_t out = 0; out < K.size(0); ++out) {
    auto bounds = whole.clone();
    bounds[out] = 0;
    F.push_back(values_of(K, y, bounds, tolerance, K.slice(0, out, out + 1)));
  }
  return torch::cat(F);
}

}  // namespace svm
