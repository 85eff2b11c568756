#include "svm.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

namespace svm {

using torch::Tensor;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

/// Given: n signs ±1 of both kinds, and a C.
[[maybe_unused]] void require_signs(const Tensor& y, int64_t n, double C) {
  TORCH_CHECK_VALUE(y.dim() == 1 && y.size(0) == n, "expected signs of (", n, "), got ", y.sizes());
  TORCH_CHECK_VALUE((y.abs() == 1).all().item<bool>() && (y > 0).any().item<bool>() && (y < 0).any().item<bool>(),
                    "expected signs +1 and -1, of both kinds");
  TORCH_CHECK_VALUE(C > 0, "C must be above 0, got ", C);
}

/// Given: n points with their signs, and a plane.
[[maybe_unused]] void require_plane(const Tensor& X, const Tensor& y, const Tensor& w, double C = 1) {
  TORCH_CHECK_VALUE(X.dim() == 2 && w.dim() == 1 && w.size(0) == X.size(1), "expected X (n, d) and w (d), got ",
                    X.sizes(), " and ", w.sizes());
  require_signs(y, X.size(0), C);
}

/// Given: a Gram matrix, signs, and a vector of as many numbers.
[[maybe_unused]] void require_dual(const Tensor& K, const Tensor& y, const Tensor& p, double C = 1) {
  TORCH_CHECK_VALUE(K.dim() == 2 && K.size(0) == K.size(1) && p.dim() == 1 && p.size(0) == K.size(0),
                    "expected K (n, n) and a vector (n), got ", K.sizes(), " and ", p.sizes());
  require_signs(y, K.size(0), C);
}

/// Given: multipliers and gradient belong to the signs.
[[maybe_unused]] void require_state(const Tensor& y, const Tensor& alpha, const Tensor& gradient, double C) {
  require_signs(y, y.numel(), C);
  TORCH_CHECK_VALUE(alpha.sizes() == y.sizes() && gradient.sizes() == y.sizes(), "expected vectors of one length, got ",
                    y.sizes(), ", ", alpha.sizes(), " and ", gradient.sizes());
}

/// Given: n labels of so many classes, none missing, a Gram matrix and a matrix with a row for each query.
[[maybe_unused]] void require_classes(const Tensor& K, const Tensor& labels, int64_t classes, const Tensor& cross) {
  TORCH_CHECK_VALUE(K.dim() == 2 && K.size(0) == K.size(1) && labels.dim() == 1 && labels.size(0) == K.size(0) &&
                        cross.dim() == 2 && cross.size(1) == K.size(0),
                    "expected K (n, n), labels (n) and cross (m, n), got ", K.sizes(), ", ", labels.sizes(), " and ",
                    cross.sizes());
  TORCH_CHECK_VALUE(classes >= 2, "expected at least two classes, got ", classes);
  TORCH_CHECK_VALUE(labels.scalar_type() == torch::kLong && labels.min().item<int64_t>() >= 0 &&
                        labels.max().item<int64_t>() < classes &&
                        torch::bincount(labels, {}, classes).min().item<int64_t>() > 0,
                    "expected labels from 0 to ", classes - 1, ", each at least once");
}

// BEGIN SOLUTION
Tensor scores(const Tensor& X, const Tensor& y, const Tensor& w, double b) { return y * (X.matmul(w) + b); }

const double* numbers(const Tensor& x) { return x.const_data_ptr<double>(); }
// END SOLUTION

}  // namespace

Tensor geometric_margins(const Tensor& X, const Tensor& y, const Tensor& w, double b) {
  // BEGIN SOLUTION geometric_margins
  require_plane(X, y, w);
  const double length = w.norm().item<double>();
  TORCH_CHECK_VALUE(length > 0, "w = 0 is no plane");
  return scores(X, y, w, b) / length;
  // END SOLUTION
}

double primal_objective(const Tensor& X, const Tensor& y, const Tensor& w, double b, double C) {
  // BEGIN SOLUTION primal_objective: clamp_min(0) is max(0, ·)
  require_plane(X, y, w, C);
  const auto slacks = (1 - scores(X, y, w, b)).clamp_min(0);
  return w.dot(w).item<double>() / 2 + C * slacks.sum().item<double>();
  // END SOLUTION
}

Tensor primal_subgradient(const Tensor& X, const Tensor& y, const Tensor& w, double b, double C) {
  // BEGIN SOLUTION primal_subgradient: which points have a slack?
  require_plane(X, y, w, C);
  const auto active = (scores(X, y, w, b) < 1).to(torch::kFloat64) * y;
  return torch::cat({w - C * X.t().matmul(active), -C * active.sum().view({1})});
  // END SOLUTION
}

Tensor pegasos(const Tensor& X, const Tensor& y, double lambda, const Tensor& order) {
  // BEGIN SOLUTION pegasos: the margin is that of the w before the step
  TORCH_CHECK_VALUE(X.dim() == 2 && order.dim() == 1 && order.scalar_type() == torch::kLong,
                    "expected X (n, d) and int64 indices, got ", X.sizes(), " and ", order.sizes());
  require_signs(y, X.size(0), 1);
  TORCH_CHECK_VALUE(lambda > 0, "lambda must be above 0, got ", lambda);
  auto w = torch::zeros({X.size(1)}, X.options());
  for (int64_t t = 1; t <= order.size(0); ++t) {
    const auto i = order[t - 1].item<int64_t>();
    TORCH_CHECK_VALUE(i >= 0 && i < X.size(0), "there is no point ", i);
    const bool slack = (y[i] * X[i].dot(w)).item<double>() < 1;
    const double step = 1 / (lambda * t);
    w = (1 - 1.0 / t) * w;
    if (slack) w = w + step * y[i] * X[i];
  }
  return w;
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// t/2 ‖w‖² − Σ ln(m − 1), infinite where some m ≤ 1. rows: y_i (x_i, 1), so that m = rows · plane.
double barrier(const Tensor& rows, const Tensor& plane, double t) {
  const auto room = rows.matmul(plane) - 1;
  if (room.min().item<double>() <= 0) return kInf;
  const auto w = plane.slice(0, 0, -1);
  return t / 2 * w.dot(w).item<double>() - room.log().sum().item<double>();
}

Tensor signed_rows(const Tensor& X, const Tensor& y, const Tensor& start) {
  TORCH_CHECK_VALUE(X.dim() == 2 && start.dim() == 1 && start.size(0) == X.size(1) + 1,
                    "expected X (n, d) and a start (d + 1), got ", X.sizes(), " and ", start.sizes());
  require_signs(y, X.size(0), 1);
  const auto rows = y.unsqueeze(1) * torch::cat({X, torch::ones({X.size(0), 1}, X.options())}, 1);
  TORCH_CHECK_VALUE(rows.matmul(start).min().item<double>() > 1, "the start is not feasible");
  return rows;
}

}  // namespace
// END SOLUTION

Tensor barrier_centre(const Tensor& X, const Tensor& y, const Tensor& start, double t) {
  // BEGIN SOLUTION barrier_centre: Newton; halve the step until it is feasible and lowers the function
  const auto rows = signed_rows(X, y, start);
  TORCH_CHECK_VALUE(t > 0, "t must be above 0, got ", t);
  auto weight = torch::full_like(start, t);
  weight[-1] = 0;
  auto plane = start;
  for (int step = 0; step < 200; ++step) {
    const auto inverse = 1 / (rows.matmul(plane) - 1);
    const auto gradient = weight * plane - rows.t().matmul(inverse);
    const auto scaled = rows * inverse.unsqueeze(1);
    const auto H = torch::diag(weight) + scaled.t().matmul(scaled);
    const auto move = -torch::linalg_solve(H, gradient);
    const double decrement = -gradient.dot(move).item<double>();
    if (decrement < 1e-12) break;
    // Near the centre a whole step is right, and at large t the function's last digits do not show that it lowers.
    double size = 1;
    const double value = barrier(rows, plane, t);
    while (decrement > 0.01 && barrier(rows, plane + size * move, t) > value - 0.1 * size * decrement) size /= 2;
    plane = plane + size * move;
  }
  return plane;
  // END SOLUTION
}

Tensor hard_margin(const Tensor& X, const Tensor& y, const Tensor& start, double gap) {
  // BEGIN SOLUTION hard_margin: cool slowly: each centre is the start of the next
  signed_rows(X, y, start);
  TORCH_CHECK_VALUE(gap > 0, "the gap must be above 0, got ", gap);
  const double last = X.size(0) / gap;
  auto plane = start;
  for (double t = std::min(1.0, last);; t = std::min(10 * t, last)) {
    plane = barrier_centre(X, y, plane, t);
    if (t >= last) return plane;
  }
  // END SOLUTION
}

double dual_objective(const Tensor& K, const Tensor& y, const Tensor& p, const Tensor& alpha) {
  // BEGIN SOLUTION dual_objective
  require_dual(K, y, p);
  require_dual(K, y, alpha);
  const auto signed_alpha = y * alpha;
  return (signed_alpha.dot(K.matmul(signed_alpha)) / 2 + p.dot(alpha)).item<double>();
  // END SOLUTION
}

Tensor dual_gradient(const Tensor& K, const Tensor& y, const Tensor& p, const Tensor& alpha) {
  // BEGIN SOLUTION dual_gradient
  require_dual(K, y, p);
  require_dual(K, y, alpha);
  return y * K.matmul(y * alpha) + p;
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// What is left for `alpha` where it moves by sign · δ: δ from −first to second.
std::pair<double, double> room(double alpha, double sign, double C) {
  return sign > 0 ? std::pair{alpha, C - alpha} : std::pair{C - alpha, alpha};
}

double moved(double alpha, double change, double C) {
  return change == C - alpha ? C : change == -alpha ? 0 : alpha + change;
}

/// δ of the best step α_i += y_i δ, α_j −= y_j δ.
double best_step(double curvature, double slope, double alpha_i, double y_i, double alpha_j, double y_j, double C) {
  const auto [down_i, up_i] = room(alpha_i, y_i, C);
  const auto [down_j, up_j] = room(alpha_j, -y_j, C);
  const double low = -std::min(down_i, down_j), high = std::min(up_i, up_j);
  double step = 0;
  if (curvature > 0) step = std::clamp(-slope / curvature, low, high);
  else if (slope != 0) step = slope < 0 ? high : low;
  TORCH_CHECK_VALUE(std::isfinite(step), "no end downhill: the classes can't be separated");
  return step;
}

/// Moves α_i and α_j, and what the gradient follows by.
void move_pair(const Tensor& K, const Tensor& y, Tensor& alpha, Tensor& gradient, double C, int64_t i, int64_t j) {
  const auto n = y.size(0);
  const auto *k = numbers(K), *s = numbers(y);
  auto *a = alpha.data_ptr<double>(), *g = gradient.data_ptr<double>();
  const auto *row_i = k + i * n, *row_j = k + j * n;
  const double step = best_step(row_i[i] + row_j[j] - 2 * row_i[j], s[i] * g[i] - s[j] * g[j], a[i], s[i], a[j], s[j], C);
  a[i] = moved(a[i], s[i] * step, C);
  a[j] = moved(a[j], -s[j] * step, C);
  for (int64_t t = 0; t < n; ++t) g[t] += s[t] * step * (row_i[t] - row_j[t]);
}

using Chooser = std::function<Pair(const Tensor& alpha, const Tensor& gradient)>;

Solution minimise(const Tensor& K, const Tensor& y, const Tensor& p, double C, double tolerance, const Chooser& choose) {
  require_dual(K, y, p, C);
  TORCH_CHECK_VALUE(tolerance > 0, "the tolerance must be above 0, got ", tolerance);
  const auto gram = K.contiguous();
  auto alpha = torch::zeros_like(p), gradient = p.clone();
  for (int64_t step = 0; step <= 100'000; ++step) {
    const auto pair = choose(alpha, gradient);
    if (pair.violation <= tolerance) return {alpha, step};
    move_pair(gram, y, alpha, gradient, C, pair.i, pair.j);
  }
  TORCH_CHECK_VALUE(false, "more than 100,000 steps");
}

}  // namespace
// END SOLUTION

Tensor pair_step(const Tensor& K, const Tensor& y, const Tensor& alpha, const Tensor& gradient, double C, int64_t i,
                 int64_t j) {
  // BEGIN SOLUTION pair_step: α_i += y_i δ and α_j −= y_j δ keep Σ y α; both ends of the box limit δ
  require_dual(K, y, alpha, C);
  require_state(y, alpha, gradient, C);
  const auto n = y.size(0);
  TORCH_CHECK_VALUE(i != j && i >= 0 && j >= 0 && i < n && j < n, "expected two of ", n, " indices, got ", i, " and ", j);
  auto after = alpha.clone(), follows = gradient.clone();
  move_pair(K.contiguous(), y, after, follows, C, i, j);
  return after;
  // END SOLUTION
}

Pair violating_pair(const Tensor& y, const Tensor& alpha, const Tensor& gradient, double C) {
  // BEGIN SOLUTION violating_pair
  require_state(y, alpha, gradient, C);
  const auto *s = numbers(y), *a = numbers(alpha), *g = numbers(gradient);
  Pair pair{0, 0, 0};
  double highest = -kInf, lowest = kInf;
  for (int64_t t = 0; t < y.size(0); ++t) {
    const bool rises = s[t] > 0 ? a[t] < C : a[t] > 0, falls = s[t] > 0 ? a[t] > 0 : a[t] < C;
    const double score = -s[t] * g[t];
    if (rises && score > highest) highest = score, pair.i = t;
    if (falls && score < lowest) lowest = score, pair.j = t;
  }
  pair.violation = highest - lowest;
  return pair;
  // END SOLUTION
}

Path smo_pairs(const Tensor& K, const Tensor& y, const Tensor& p, double C, const Tensor& pairs) {
  // BEGIN SOLUTION smo_pairs: a row of pairs after the other
  require_dual(K, y, p, C);
  TORCH_CHECK_VALUE(pairs.dim() == 2 && pairs.size(1) == 2 && pairs.scalar_type() == torch::kLong,
                    "expected int64 pairs of (steps, 2), got ", pairs.sizes());
  auto alpha = torch::zeros_like(p);
  auto objectives = torch::zeros({pairs.size(0) + 1}, p.options());
  for (int64_t step = 0; step < pairs.size(0); ++step) {
    const auto i = pairs[step][0].item<int64_t>(), j = pairs[step][1].item<int64_t>();
    alpha = pair_step(K, y, alpha, dual_gradient(K, y, p, alpha), C, i, j);
    objectives[step + 1] = dual_objective(K, y, p, alpha);
  }
  return {alpha, objectives};
  // END SOLUTION
}

Solution smo(const Tensor& K, const Tensor& y, const Tensor& p, double C, double tolerance) {
  // BEGIN SOLUTION smo: the gradient follows each step by two rows of K
  return minimise(K, y, p, C, tolerance, [&](const Tensor& alpha, const Tensor& gradient) {
    return violating_pair(y, alpha, gradient, C);
  });
  // END SOLUTION
}

double bias(const Tensor& y, const Tensor& alpha, const Tensor& gradient, double C) {
  // BEGIN SOLUTION bias: masked_select picks the free ones
  require_state(y, alpha, gradient, C);
  const auto free = (alpha > 0) & (alpha < C);
  const auto s = -y * gradient;
  if (free.any().item<bool>()) return s.masked_select(free).mean().item<double>();
  const auto ends = violating_pair(y, alpha, gradient, C);
  return ((s[ends.i] + s[ends.j]) / 2).item<double>();
  // END SOLUTION
}

Tensor decision_values(const std::function<Tensor(const Tensor&, const Tensor&)>& kernel, const Tensor& X,
                       const Tensor& coefficients, double b, const Tensor& queries) {
  // BEGIN SOLUTION decision_values: coefficients.nonzero() and index_select
  TORCH_CHECK_VALUE(X.dim() == 2 && coefficients.dim() == 1 && coefficients.size(0) == X.size(0) &&
                        queries.dim() == 2 && queries.size(1) == X.size(1),
                    "expected X (n, d), coefficients (n) and queries (m, d), got ", X.sizes(), ", ",
                    coefficients.sizes(), " and ", queries.sizes());
  const auto support = coefficients.nonzero().view(-1);
  if (support.size(0) == 0) return torch::full({queries.size(0)}, b, X.options());
  return kernel(queries, X.index_select(0, support)).matmul(coefficients.index_select(0, support)) + b;
  // END SOLUTION
}

double duality_gap(const Tensor& K, const Tensor& y, const Tensor& alpha, double b, double C) {
  // BEGIN SOLUTION duality_gap: two objectives, and the signs of both
  require_dual(K, y, alpha, C);
  TORCH_CHECK_VALUE(std::isfinite(C), "C must be finite");
  const auto values = K.matmul(y * alpha);
  const auto slacks = (1 - y * (values + b)).clamp_min(0);
  const double primal = (values.dot(y * alpha) / 2 + C * slacks.sum()).item<double>();
  return primal + dual_objective(K, y, -torch::ones_like(y), alpha);
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

struct Machine {
  Tensor coefficients;
  double b;
};

Machine train(const Tensor& K, const Tensor& y, double C, double tolerance) {
  const auto p = -torch::ones_like(y);
  const auto alpha = smo(K, y, p, C, tolerance).alpha;
  return {y * alpha, bias(y, alpha, dual_gradient(K, y, p, alpha), C)};
}

Tensor sub_matrix(const Tensor& K, const Tensor& rows) { return K.index_select(0, rows).index_select(1, rows); }

}  // namespace
// END SOLUTION

Tensor one_against_one(const Tensor& K, const Tensor& labels, int64_t classes, double C, double tolerance,
                       const Tensor& cross) {
  // BEGIN SOLUTION one_against_one: the rows of two classes; their sub-matrices of K and cross
  require_classes(K, labels, classes, cross);
  auto votes = torch::zeros({cross.size(0), classes}, torch::kLong);
  for (int64_t a = 0; a < classes; ++a) {
    for (int64_t b = a + 1; b < classes; ++b) {
      const auto rows = ((labels == a) | (labels == b)).nonzero().view(-1);
      const auto y = 2 * (labels.index_select(0, rows) == a).to(torch::kFloat64) - 1;
      const auto machine = train(sub_matrix(K, rows), y, C, tolerance);
      const auto first = cross.index_select(1, rows).matmul(machine.coefficients) + machine.b > 0;
      votes.select(1, a).add_(first);
      votes.select(1, b).add_(first.logical_not());
    }
  }
  return votes;
  // END SOLUTION
}

Tensor one_against_rest(const Tensor& K, const Tensor& labels, int64_t classes, double C, double tolerance,
                        const Tensor& cross) {
  // BEGIN SOLUTION one_against_rest
  require_classes(K, labels, classes, cross);
  std::vector<Tensor> columns;
  for (int64_t c = 0; c < classes; ++c) {
    const auto machine = train(K, 2 * (labels == c).to(torch::kFloat64) - 1, C, tolerance);
    columns.push_back(cross.matmul(machine.coefficients) + machine.b);
  }
  return torch::stack(columns, 1);
  // END SOLUTION
}

Tensor winners(const Tensor& scores) {
  // BEGIN SOLUTION winners: LibTorch's argmax does not say which of equals it takes
  TORCH_CHECK_VALUE(scores.dim() == 2 && scores.size(1) >= 1, "expected a matrix (m, k), got ", scores.sizes());
  auto best = torch::zeros({scores.size(0)}, torch::kLong);
  auto value = scores.select(1, 0);
  for (int64_t c = 1; c < scores.size(1); ++c) {
    const auto better = scores.select(1, c) > value;
    best.masked_fill_(better, c);
    value = torch::where(better, scores.select(1, c), value);
  }
  return best;
  // END SOLUTION
}

Regression fit_regression(const Tensor& K, const Tensor& z, double C, double epsilon, double tolerance) {
  // BEGIN SOLUTION fit_regression: 2n multipliers, signs +1 and −1, and another p
  TORCH_CHECK_VALUE(K.dim() == 2 && K.size(0) == K.size(1) && z.dim() == 1 && z.size(0) == K.size(0),
                    "expected K (n, n) and z (n), got ", K.sizes(), " and ", z.sizes());
  TORCH_CHECK_VALUE(epsilon >= 0, "epsilon must not be negative, got ", epsilon);
  const auto n = z.size(0);
  const auto doubled = K.repeat({2, 2});
  const auto y = torch::cat({torch::ones_like(z), -torch::ones_like(z)});
  const auto p = torch::cat({epsilon - z, epsilon + z});
  const auto alpha = smo(doubled, y, p, C, tolerance).alpha;
  const double b = bias(y, alpha, dual_gradient(doubled, y, p, alpha), C);
  return {alpha.slice(0, 0, n) - alpha.slice(0, n), b};
  // END SOLUTION
}

Tensor scale_to_training(const Tensor& training, const Tensor& X) {
  // BEGIN SOLUTION scale_to_training
  TORCH_CHECK_VALUE(training.dim() == 2 && X.dim() == 2 && training.size(0) > 0 && training.size(1) == X.size(1),
                    "expected (n, d) and (m, d), got ", training.sizes(), " and ", X.sizes());
  const auto low = std::get<0>(training.min(0)), range = std::get<0>(training.max(0)) - low;
  return torch::where(range > 0, 2 * (X - low) / range - 1, torch::zeros_like(X));
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

Tensor gaussian(const Tensor& X, const Tensor& Z, double width) {
  auto r2 = torch::zeros({X.size(0), Z.size(0)}, X.options());
  for (int64_t a = 0; a < X.size(1); ++a) r2 += (X.select(1, a).unsqueeze(1) - Z.select(1, a)).square();
  return torch::exp(-r2 / (2 * width * width));
}

}  // namespace
// END SOLUTION

Tensor classify(const Tensor& X, const Tensor& labels, const Tensor& queries, double C, double width) {
  // BEGIN SOLUTION classify
  TORCH_CHECK_VALUE(X.dim() == 2 && queries.dim() == 2 && queries.size(1) == X.size(1) && labels.dim() == 1 &&
                        labels.size(0) == X.size(0),
                    "expected X (n, d), labels (n) and queries (m, d), got ", X.sizes(), ", ", labels.sizes(), " and ",
                    queries.sizes());
  TORCH_CHECK_VALUE(width > 0 && C > 0, "the width and C must be above 0, got ", width, " and ", C);
  const auto classes = labels.max().item<int64_t>() + 1;
  return winners(one_against_one(gaussian(X, X, width), labels, classes, C, 1e-3, gaussian(queries, X, width)));
  // END SOLUTION
}

Pair second_order_pair(const Tensor& K, const Tensor& y, const Tensor& alpha, const Tensor& gradient, double C) {
  // BEGIN SOLUTION second_order_pair: the step along (i, t) gains (s_i − s_t)²/2 over the curvature
  require_dual(K, y, alpha, C);
  auto pair = violating_pair(y, alpha, gradient, C);
  const auto n = y.size(0), i = pair.i;
  const auto *k = numbers(K), *s = numbers(y), *a = numbers(alpha), *g = numbers(gradient);
  double most = 0;
  for (int64_t t = 0; t < n; ++t) {
    const bool falls = s[t] > 0 ? a[t] > 0 : a[t] < C;
    const double difference = -s[i] * g[i] + s[t] * g[t];
    if (!falls || difference <= 0) continue;
    const double curvature = k[i * n + i] + k[t * n + t] - 2 * k[i * n + t];
    const double gain = difference * difference / (curvature > 0 ? curvature : 1e-12);
    if (gain > most) most = gain, pair.j = t;
  }
  return pair;
  // END SOLUTION
}

Solution smo_second_order(const Tensor& K, const Tensor& y, const Tensor& p, double C, double tolerance) {
  // BEGIN SOLUTION smo_second_order
  return minimise(K, y, p, C, tolerance, [&](const Tensor& alpha, const Tensor& gradient) {
    return second_order_pair(K, y, alpha, gradient, C);
  });
  // END SOLUTION
}

Tensor leave_one_out_values(const Tensor& K, const Tensor& y, double C, double tolerance) {
  // BEGIN SOLUTION leave_one_out_values: who is no support vector is not missed
  require_dual(K, y, y, C);
  TORCH_CHECK_VALUE((y > 0).sum().item<int64_t>() >= 2 && (y < 0).sum().item<int64_t>() >= 2,
                    "expected at least two points of each kind");
  const auto all = train(K, y, C, tolerance);
  auto values = K.matmul(all.coefficients) + all.b;
  for (int64_t i = 0; i < y.size(0); ++i) {
    if (all.coefficients[i].item<double>() == 0) continue;
    const auto others = (torch::arange(y.size(0)) != i).nonzero().view(-1);
    const auto machine = train(sub_matrix(K, others), y.index_select(0, others), C, tolerance);
    values[i] = K[i].index_select(0, others).dot(machine.coefficients) + machine.b;
  }
  return values;
  // END SOLUTION
}

}  // namespace svm
