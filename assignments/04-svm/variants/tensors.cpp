// Whole tensors: masks for branches, all step sizes tried at once, a direction with two entries for a pair
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "svm.h"

namespace svm {

using at::indexing::Slice;
using torch::Tensor;

namespace {

const auto kReal = torch::TensorOptions(torch::kFloat64);
const double kInfinity = std::numeric_limits<double>::infinity();

template <class... Words>
void demand(bool holds, const Words&... words) {
  TORCH_CHECK_VALUE(holds, words...);
}

double number(const Tensor& x) { return x.item<double>(); }
bool yes(const Tensor& x) { return x.item<bool>(); }
Tensor as_real(const Tensor& mask) { return mask.to(torch::kFloat64); }

void demand_signs(const Tensor& y, int64_t n, double C = 1) {
  demand(y.dim() == 1 && y.size(0) == n, n, " signs, not ", y.sizes());
  demand(yes((y * y == 1).all()) && std::abs(number(y.sum())) < n, "signs +1 and -1, both of them");
  demand(C > 0, "C above 0, not ", C);
}

void demand_square(const Tensor& K, const std::vector<Tensor>& vectors) {
  demand(K.dim() == 2 && K.size(0) == K.size(1), "a square matrix, not ", K.sizes());
  for (const auto& v : vectors)
    demand(v.dim() == 1 && v.size(0) == K.size(0), K.size(0), " numbers, not ", v.sizes());
}

Tensor with_ones(const Tensor& X) { return torch::cat({X, torch::ones({X.size(0), 1}, kReal)}, 1); }

/// (w, b) and the rows y (x, 1): margins are rows · plane.
std::pair<Tensor, Tensor> plane_and_rows(const Tensor& X, const Tensor& y, const Tensor& w, double b) {
  demand(X.dim() == 2 && w.dim() == 1 && w.size(0) == X.size(1), "X (n, d) and w (d), not ", X.sizes(), ", ",
         w.sizes());
  demand_signs(y, X.size(0));
  return {torch::cat({w, torch::full({1}, b, kReal)}), with_ones(X) * y.view({-1, 1})};
}

}  // namespace

Tensor geometric_margins(const Tensor& X, const Tensor& y, const Tensor& w, double b) {
  const auto [plane, rows] = plane_and_rows(X, y, w, b);
  demand(yes(w.ne(0).any()), "a plane needs a direction");
  return (rows * plane).sum(1) / w.norm();
}

double primal_objective(const Tensor& X, const Tensor& y, const Tensor& w, double b, double C) {
  const auto [plane, rows] = plane_and_rows(X, y, w, b);
  demand(C > 0, "C above 0, not ", C);
  const auto missing = 1 - (rows * plane).sum(1);
  return number(w.square().sum() / 2 +
                C * torch::where(missing > 0, missing, torch::zeros_like(missing)).sum());
}

Tensor primal_subgradient(const Tensor& X, const Tensor& y, const Tensor& w, double b, double C) {
  const auto [plane, rows] = plane_and_rows(X, y, w, b);
  demand(C > 0, "C above 0, not ", C);
  const auto inside = as_real((rows * plane).sum(1) < 1).view({-1, 1});
  return torch::cat({w, torch::zeros({1}, kReal)}) - (C * inside * rows).sum(0);
}

Tensor pegasos(const Tensor& X, const Tensor& y, double lambda, const Tensor& order) {
  demand(X.dim() == 2 && order.dim() == 1 && order.scalar_type() == torch::kLong, "X (n, d) and indices");
  demand_signs(y, X.size(0));
  demand(lambda > 0, "lambda above 0, not ", lambda);
  demand(yes(((order >= 0) & (order < X.size(0))).all()), "indices below ", X.size(0));
  const auto seen = (y.view({-1, 1}) * X).index_select(0, order);
  auto w = torch::zeros({X.size(1)}, kReal);
  for (int64_t k = 0; k < seen.size(0); ++k) {
    const auto slope = lambda * w - as_real((seen[k] * w).sum() < 1) * seen[k];
    w = w - slope / (lambda * double(k + 1));
  }
  return w;
}

namespace {

Tensor start_rows(const Tensor& X, const Tensor& y, const Tensor& start) {
  demand(X.dim() == 2 && start.dim() == 1 && start.size(0) == X.size(1) + 1, "X (n, d) and a start (d + 1)");
  demand_signs(y, X.size(0));
  const auto rows = with_ones(X) * y.view({-1, 1});
  demand(yes(((rows * start).sum(1) > 1).all()), "a start with every margin above 1");
  return rows;
}

/// The function at each column of `planes`, infinite outside.
Tensor potentials(const Tensor& rows, const Tensor& planes, double t) {
  const auto room = rows.matmul(planes) - 1;
  const auto inside = (room > 0).all(0);
  const auto logs = torch::where(room > 0, room, torch::ones_like(room)).log().sum(0);
  const auto value = t / 2 * planes.slice(0, 0, -1).square().sum(0) - logs;
  return value.masked_fill(inside.logical_not(), kInfinity);
}

/// Newton; the best of 60 sizes 1, ½, ¼, …, and where the quadratic model holds a whole step.
Tensor newton(const Tensor& rows, Tensor plane, double t) {
  const auto ridge = torch::cat({torch::full({rows.size(1) - 1}, t, kReal), torch::zeros({1}, kReal)});
  const auto sizes = torch::pow(0.5, torch::arange(60, kReal));
  for (int k = 0; k < 400; ++k) {
    const auto pull = (rows.matmul(plane) - 1).reciprocal();
    const auto gradient = ridge * plane - (rows * pull.view({-1, 1})).sum(0);
    const auto hessian = ridge.diag() + torch::einsum("ni,n,nj->ij", {rows, pull.square(), rows});
    const auto step = torch::cholesky_solve(gradient.view({-1, 1}), torch::linalg_cholesky(hessian)).view(-1);
    const double squared = number((gradient * step).sum());
    if (squared < 1e-13) break;
    const auto planes = plane.view({-1, 1}) - step.view({-1, 1}) * sizes;
    plane = squared < 0.01 ? planes.select(1, 0)
                           : planes.select(1, potentials(rows, planes, t).argmin().item<int64_t>());
  }
  return plane.contiguous();
}

}  // namespace

Tensor barrier_centre(const Tensor& X, const Tensor& y, const Tensor& start, double t) {
  demand(t > 0, "t above 0, not ", t);
  return newton(start_rows(X, y, start), start, t);
}

Tensor hard_margin(const Tensor& X, const Tensor& y, const Tensor& start, double gap) {
  demand(gap > 0, "a gap above 0, not ", gap);
  const auto rows = start_rows(X, y, start);
  const auto coldest = double(X.size(0)) / (0.9 * gap);
  const auto number_of_temperatures = std::max<int64_t>(2, 2 + int64_t(std::log(coldest)));
  auto plane = start;
  for (const auto& t : torch::logspace(-1, std::log10(coldest), number_of_temperatures, 10, kReal).unbind())
    plane = newton(rows, plane, number(t));
  return plane;
}

double dual_objective(const Tensor& K, const Tensor& y, const Tensor& p, const Tensor& alpha) {
  demand_square(K, {y, p, alpha});
  demand_signs(y, K.size(0));
  const auto force = (y * alpha).view({1, -1});
  return number((force.t().mm(force) * K).sum() / 2 + (p * alpha).sum());
}

Tensor dual_gradient(const Tensor& K, const Tensor& y, const Tensor& p, const Tensor& alpha) {
  demand_square(K, {y, p, alpha});
  demand_signs(y, K.size(0));
  return (K * (y * alpha)).sum(1) * y + p;
}

namespace {

struct Moves {
  Tensor rising, falling, s;
};

Moves moves(const Tensor& y, const Tensor& alpha, const Tensor& gradient, double C) {
  const auto below = alpha < C, above = alpha > 0, plus = y > 0;
  return {(plus & below) | (~plus & above), (plus & above) | (~plus & below), -(y * gradient)};
}

int64_t first_true(const Tensor& mask) { return mask.nonzero().view(-1)[0].item<int64_t>(); }

Pair maximal(const Moves& m) {
  const auto high = m.s.masked_fill(~m.rising, -kInfinity), low = m.s.masked_fill(~m.falling, kInfinity);
  const auto top = high.amax(), bottom = low.amin();
  return {first_true(high == top), first_true(low == bottom), number(top - bottom)};
}

Pair most_gain(const Tensor& K, const Moves& m) {
  auto pair = maximal(m);
  const auto lead = m.s[pair.i] - m.s;
  const auto bend = K.diagonal() + K[pair.i][pair.i] - 2 * K[pair.i];
  const auto gain = lead.square() / torch::where(bend > 0, bend, torch::full_like(bend, 1e-12));
  const auto open = m.falling & (lead > 0);
  if (yes(open.any())) {
    const auto of_open = gain.masked_fill(~open, -1);
    pair.j = first_true(of_open == of_open.amax());
  }
  return pair;
}

/// α after the best step along y_i e_i − y_j e_j. Both entries, room for each, and who is at an end.
Tensor along_pair(const Tensor& K, const Tensor& y, const Tensor& alpha, const Tensor& gradient, double C,
                  int64_t i, int64_t j) {
  const auto two = torch::tensor({i, j}, torch::kLong);
  const auto direction = y.index_select(0, two) * torch::tensor({1.0, -1.0}, kReal);
  const auto a = alpha.index_select(0, two), g = gradient.index_select(0, two);
  const double slope = number(direction.dot(g)), bend = number(K[i][i] + K[j][j] - 2 * K[i][j]);
  const auto downhill = direction * (slope > 0 ? -1.0 : 1.0);
  const auto ends = torch::where(downhill > 0, torch::full_like(a, C), torch::zeros_like(a));
  const auto room = (ends - a).abs();
  const double most = number(room.amin());
  const double size = slope == 0 ? 0 : bend > 0 ? std::min(std::abs(slope) / bend, most) : most;
  demand(std::isfinite(size), "an end downhill");
  const auto after = torch::where(room == size, ends, a + size * downhill);
  return slope == 0 ? alpha.clone() : alpha.index_copy(0, two, after);
}

void demand_state(const Tensor& y, const Tensor& alpha, const Tensor& gradient, double C) {
  demand(y.dim() == 1 && alpha.sizes() == y.sizes() && gradient.sizes() == y.sizes(),
         "three vectors of one length");
  demand_signs(y, y.size(0), C);
}

struct Optimum {
  Tensor alpha, gradient;
  int64_t steps;
};

using Rule = std::function<Pair(const Moves&)>;

Optimum optimum(const Tensor& K, const Tensor& y, const Tensor& p, double C, double tolerance,
                const Rule& rule) {
  demand_square(K, {y, p});
  demand_signs(y, K.size(0), C);
  demand(tolerance > 0, "a tolerance above 0, not ", tolerance);
  Optimum now{torch::zeros_like(p), p.clone(), 0};
  for (;; ++now.steps) {
    const auto pair = rule(moves(y, now.alpha, now.gradient, C));
    if (pair.violation <= tolerance) return now;
    demand(now.steps < 100'000, "an end after 100,000 steps");
    const auto after = along_pair(K, y, now.alpha, now.gradient, C, pair.i, pair.j);
    const auto change = y * (after - now.alpha);
    now.gradient = now.gradient + y * (change[pair.i] * K[pair.i] + change[pair.j] * K[pair.j]);
    now.alpha = after;
  }
}

double level(const Tensor& y, const Tensor& alpha, const Tensor& gradient, double C) {
  const auto m = moves(y, alpha, gradient, C);
  const auto free = m.rising & m.falling;
  if (yes(free.any())) return number((m.s * as_real(free)).sum() / free.sum());
  const auto ends = maximal(m);
  return number(m.s[ends.j]) + ends.violation / 2;
}

}  // namespace

Tensor pair_step(const Tensor& K, const Tensor& y, const Tensor& alpha, const Tensor& gradient, double C,
                 int64_t i, int64_t j) {
  demand_square(K, {y, alpha, gradient});
  demand_signs(y, K.size(0), C);
  const auto n = K.size(0);
  demand(i != j && 0 <= i && i < n && 0 <= j && j < n, "two indices below ", n);
  return along_pair(K, y, alpha, gradient, C, i, j);
}

Pair violating_pair(const Tensor& y, const Tensor& alpha, const Tensor& gradient, double C) {
  demand_state(y, alpha, gradient, C);
  return maximal(moves(y, alpha, gradient, C));
}

Path smo_pairs(const Tensor& K, const Tensor& y, const Tensor& p, double C, const Tensor& pairs) {
  demand_square(K, {y, p});
  demand_signs(y, K.size(0), C);
  demand(pairs.dim() == 2 && pairs.size(1) == 2, "pairs (steps, 2)");
  auto alpha = torch::zeros_like(p);
  std::vector<Tensor> visited{alpha};
  for (int64_t k = 0; k < pairs.size(0); ++k) {
    alpha = pair_step(K, y, alpha, dual_gradient(K, y, p, alpha), C, pairs[k][0].item<int64_t>(),
                      pairs[k][1].item<int64_t>());
    visited.push_back(alpha);
  }
  const auto all = torch::stack(visited), force = all * y;
  return {alpha, (force.mm(K) * force).sum(1) / 2 + all.mv(p)};
}

Solution smo(const Tensor& K, const Tensor& y, const Tensor& p, double C, double tolerance) {
  const auto end = optimum(K, y, p, C, tolerance, maximal);
  return {end.alpha, end.steps};
}

double bias(const Tensor& y, const Tensor& alpha, const Tensor& gradient, double C) {
  demand_state(y, alpha, gradient, C);
  return level(y, alpha, gradient, C);
}

Tensor decision_values(const std::function<Tensor(const Tensor&, const Tensor&)>& kernel, const Tensor& X,
                       const Tensor& coefficients, double b, const Tensor& queries) {
  demand(X.dim() == 2 && queries.dim() == 2 && X.size(1) == queries.size(1),
         "points and queries of one dimension");
  demand(coefficients.dim() == 1 && coefficients.size(0) == X.size(0), "a coefficient for each point");
  const auto chosen = coefficients != 0;
  const auto weights = coefficients.masked_select(chosen);
  const auto F = torch::zeros({queries.size(0)}, kReal) + b;
  return weights.size(0) ? F + (kernel(queries, X.index({chosen})) * weights).sum(1) : F;
}

double duality_gap(const Tensor& K, const Tensor& y, const Tensor& alpha, double b, double C) {
  demand_square(K, {y, alpha});
  demand_signs(y, K.size(0), C);
  demand(std::isfinite(C), "a finite C");
  const auto F = (K * (y * alpha)).sum(1);
  const auto slack = torch::maximum(1 - y * F - y * b, torch::zeros_like(y));
  return number((alpha * (y * F - 1) + C * slack).sum());
}

namespace {

void demand_classes(const Tensor& K, const Tensor& labels, int64_t classes, const Tensor& cross) {
  demand_square(K, {labels});
  demand(cross.dim() == 2 && cross.size(1) == K.size(0), "cross (m, n)");
  demand(classes > 1, "two classes or more");
  const auto hits = labels.view({-1, 1}) == torch::arange(classes);
  demand(yes(hits.any(0).all()) && yes(hits.any(1).all()), "labels below ", classes,
         ", none of them missing");
}

/// F at the queries of the machine of the points in `mask`.
Tensor machine(const Tensor& K, const Tensor& y, const Tensor& mask, double C, double tolerance,
               const Tensor& cross) {
  const auto sub = K.index({mask}).index({Slice(), mask}), signs = y.index({mask});
  const auto end = optimum(sub, signs, torch::full_like(signs, -1), C, tolerance, maximal);
  return (cross.index({Slice(), mask}) * (signs * end.alpha)).sum(1) +
         level(signs, end.alpha, end.gradient, C);
}

}  // namespace

Tensor one_against_one(const Tensor& K, const Tensor& labels, int64_t classes, double C, double tolerance,
                       const Tensor& cross) {
  demand_classes(K, labels, classes, cross);
  const auto of = torch::arange(classes);
  auto votes = torch::zeros({cross.size(0), classes}, torch::kLong);
  for (int64_t b = 1; b < classes; ++b) {
    for (int64_t a = 0; a < b; ++a) {
      const auto y = as_real(labels == a) - as_real(labels != a);
      const auto for_a =
          (machine(K, y, (labels == a) | (labels == b), C, tolerance, cross) > 0).view({-1, 1});
      votes = votes + (for_a & (of == a)).to(torch::kLong) + (~for_a & (of == b)).to(torch::kLong);
    }
  }
  return votes;
}

Tensor one_against_rest(const Tensor& K, const Tensor& labels, int64_t classes, double C, double tolerance,
                        const Tensor& cross) {
  demand_classes(K, labels, classes, cross);
  std::vector<Tensor> F;
  for (int64_t c = 0; c < classes; ++c)
    F.push_back(machine(K, as_real(labels == c) - as_real(labels != c), labels >= 0, C, tolerance, cross));
  return torch::stack(F).t().contiguous();
}

Tensor winners(const Tensor& scores) {
  demand(scores.dim() == 2 && scores.size(1) > 0, "a matrix (m, k), not ", scores.sizes());
  return std::get<1>(torch::sort(scores, /*stable=*/true, /*dim=*/1, /*descending=*/true))
      .select(1, 0)
      .contiguous();
}

Regression fit_regression(const Tensor& K, const Tensor& z, double C, double epsilon, double tolerance) {
  demand_square(K, {z});
  demand(epsilon >= 0, "a tube of 0 or more, not ", epsilon);
  const auto one = torch::ones_like(z);
  const auto y = torch::cat({one, -one}), wide = torch::cat({K, K}, 1), p = epsilon - y * torch::cat({z, z});
  const auto end = optimum(torch::cat({wide, wide}), y, p, C, tolerance, maximal);
  const auto halves = (y * end.alpha).chunk(2);
  return {halves[0] + halves[1], level(y, end.alpha, end.gradient, C)};
}

Tensor scale_to_training(const Tensor& training, const Tensor& X) {
  demand(training.dim() == 2 && X.dim() == 2 && training.size(0) > 0 && training.size(1) == X.size(1),
         "as many columns");
  const auto low = training.amin(0), high = training.amax(0);
  const auto scaled = torch::lerp(-torch::ones_like(X), torch::ones_like(X), (X - low) / (high - low));
  return torch::where(high == low, torch::zeros_like(X), scaled);
}

Tensor classify(const Tensor& X, const Tensor& labels, const Tensor& queries, double C, double width) {
  demand(X.dim() == 2 && queries.dim() == 2 && X.size(1) == queries.size(1),
         "points and queries of one dimension");
  demand(labels.dim() == 1 && labels.size(0) == X.size(0), "a label for each point");
  demand(width > 0 && C > 0, "a width and a C above 0");
  const auto kernel = [&](const Tensor& A) {
    return torch::exp(-torch::cdist(A / width, X / width).square() / 2);
  };
  return winners(
      one_against_one(kernel(X), labels, labels.max().item<int64_t>() + 1, C, 1e-3, kernel(queries)));
}

Pair second_order_pair(const Tensor& K, const Tensor& y, const Tensor& alpha, const Tensor& gradient,
                       double C) {
  demand_square(K, {y, alpha, gradient});
  demand_signs(y, K.size(0), C);
  return most_gain(K, moves(y, alpha, gradient, C));
}

Solution smo_second_order(const Tensor& K, const Tensor& y, const Tensor& p, double C, double tolerance) {
  const auto end = optimum(K, y, p, C, tolerance, [&](const Moves& m) { return most_gain(K, m); });
  return {end.alpha, end.steps};
}

/// Machines without one point each for the support vectors; of the others the machine of all is right.
Tensor leave_one_out_values(const Tensor& K, const Tensor& y, double C, double tolerance) {
  demand_square(K, {y});
  demand(number((y > 0).sum()) > 1 && number((y < 0).sum()) > 1, "two points of each kind");
  const auto end = optimum(K, y, torch::full_like(y, -1), C, tolerance, maximal);
  auto F = y * (end.gradient + 1) + level(y, end.alpha, end.gradient, C);
  const auto rest = ~torch::eye(K.size(0), torch::kBool);
  for (const auto& i : end.alpha.nonzero().view(-1).unbind())
    F[i.item<int64_t>()] =
        machine(K, y, rest[i.item<int64_t>()], C, tolerance, K[i.item<int64_t>()].view({1, -1}))[0];
  return F;
}

}  // namespace svm
