#include "models/solvers/coordinate_descent.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace spinlab::models {
namespace {

/// A Cholesky factorisation's operations take so much less time each than a sweep's.
constexpr double kFactorisation = 12;
/// And what surrounds it, in operations of a sweep.
constexpr double kOverhead = 20'000;

double shrunk(double z, double by) { return z > by ? z - by : z < -by ? z + by : 0; }

/// The minimum of ½ xᵀHx - bᵀx with some coordinates held at 0. Each that is added costs two triangular
/// solutions instead of a factorisation: the inverse of what is left of H is H⁻¹ - Σ u uᵀ.
class HeldMinimum {
 public:
  /// L Lᵀ = H.
  HeldMinimum(at::Tensor L, const at::Tensor& b)
      : L_(std::move(L)), place_(solve(b)), is_held_(static_cast<size_t>(b.numel())) {}

  const at::Tensor& place() const { return place_; }
  bool holds(int64_t i) const { return is_held_[static_cast<size_t>(i)]; }

  /// False where rounding has left nothing to go by.
  bool hold(int64_t i) {
    auto u = at::zeros_like(place_);
    u[i] = 1;
    u = solve(u);
    for (const auto& each : held_) u.sub_(each, each[i].item<double>());
    const auto own = u[i].item<double>();
    if (!(own > 0)) return false;
    place_.sub_(u, place_[i].item<double>() / own);
    held_.push_back(u.div_(std::sqrt(own)));
    is_held_[static_cast<size_t>(i)] = true;
    return true;
  }

 private:
  at::Tensor solve(const at::Tensor& b) const { return at::cholesky_solve(b.unsqueeze(1), L_).squeeze(1); }

  at::Tensor L_, place_;
  std::vector<at::Tensor> held_;
  std::vector<bool> is_held_;
};

/// G, c, w and r = c - Gw as plain rows of numbers.
class State {
 public:
  State(const QuadraticLoss& loss, const ElasticNetPenalty& penalty, const at::Tensor& start)
      : loss_(loss),
        penalty_(penalty),
        G_(loss.G.contiguous()),
        c_(loss.c.contiguous()),
        w_(start.to(at::kDouble).clone()),
        p_(w_.size(0)) {
    refresh();
  }

  /// Moves each coordinate to its minimum, the others held. Returns how many moved.
  int64_t sweep() {
    int64_t moved = 0;
    const auto* G = G_.const_data_ptr<double>();
    auto *w = w_.mutable_data_ptr<double>(), *r = r_.mutable_data_ptr<double>();
    for (int64_t j = 0; j < p_; ++j) {
      if (w[j] == 0 && std::abs(r[j]) <= penalty_.l1) continue;
      const auto* column = G + j * p_;
      const auto curvature = column[j] + penalty_.l2;
      if (curvature <= 0) continue;  // a column of zeros
      const auto to = shrunk(r[j] + column[j] * w[j], penalty_.l1) / curvature;
      const auto by = to - w[j];
      if (by == 0) continue;
      w[j] = to;
      for (int64_t i = 0; i < p_; ++i) r[i] -= by * column[i];
      ++moved;
    }
    return moved;
  }

  /// To the minimum over the active coordinates with their signs; where one of them becomes 0 on the way, it
  /// stays there, and the others go on.
  void solve_active() {
    const auto active = w_.nonzero().view(-1);
    auto H = G_.index_select(0, active).index_select(1, active);
    H.diagonal().add_(penalty_.l2);
    const auto [L, info] = at::linalg_cholesky_ex(H);
    if (active.numel() == 0 || info.item<int>() != 0) return;
    auto now = w_.index_select(0, active);
    const auto signs = now.sign();
    HeldMinimum minimum(L, c_.index_select(0, active) - penalty_.l1 * signs);
    if (!at::isfinite(minimum.place()).all().item<bool>()) return;
    while (const auto zero = move_until_zero(now, signs, minimum)) {
      if (!minimum.hold(*zero)) break;
    }
    w_.index_copy_(0, active, now);
    refresh();
  }

  /// r anew, without the rounding of many updates.
  void refresh() { r_ = c_ - G_.mv(w_); }

  struct Look {
    double objective = 0, gap = 0, violation = 0;
    int64_t active = 0;
  };
  /// ½‖y - Xw‖² and the dual's θ·y - ½‖θ‖² at θ = s (y - Xw), s so small that |Xᵀθ| ≤ l1; l2 as d more rows
  /// of data [Massias, Gramfort and Salmon, ICML 2018, eqs. 3 to 5].
  Look look() const {
    const auto *w = w_.const_data_ptr<double>(), *r = r_.const_data_ptr<double>(),
               *c = c_.const_data_ptr<double>();
    double fitted = 0, explained = 0, l1_norm = 0, squared_norm = 0, largest = 0;
    Look found;
    for (int64_t j = 0; j < p_; ++j) {
      const auto slope = r[j] - penalty_.l2 * w[j];
      const auto missed =
          w[j] == 0 ? std::abs(slope) - penalty_.l1 : std::abs(slope - std::copysign(penalty_.l1, w[j]));
      found.violation = std::max(found.violation, missed);
      found.active += w[j] != 0;
      largest = std::max(largest, std::abs(slope));
      fitted += c[j] * w[j];
      explained += r[j] * w[j];
      l1_norm += std::abs(w[j]);
      squared_norm += w[j] * w[j];
    }
    const auto residual = loss_.yy - fitted - explained;  // yy - 2 cᵀw + wᵀGw
    const auto extended = residual + penalty_.l2 * squared_norm;
    const auto s = std::min(1.0, penalty_.l1 / largest);
    found.objective = 0.5 * extended + penalty_.l1 * l1_norm;
    found.gap = std::max(found.objective - s * (loss_.yy - fitted) + 0.5 * s * s * extended, 0.0);
    return found;
  }

  const at::Tensor& w() const { return w_; }

 private:
  /// Towards the minimum until the first coordinate changes its sign, whose place is returned.
  static std::optional<int64_t> move_until_zero(at::Tensor& now, const at::Tensor& signs,
                                                const HeldMinimum& minimum) {
    auto* x = now.mutable_data_ptr<double>();
    const auto *sign = signs.const_data_ptr<double>(), *to = minimum.place().const_data_ptr<double>();
    auto way = 1.0;
    std::optional<int64_t> first;
    for (int64_t i = 0; i < now.numel(); ++i) {
      if (minimum.holds(i) || to[i] * sign[i] > 0) continue;
      const auto until = x[i] == 0 ? 0 : x[i] / (x[i] - to[i]);
      if (!first || until < way) way = until, first = i;
    }
    for (int64_t i = 0; i < now.numel(); ++i) {
      const auto there = x[i] + way * (to[i] - x[i]);
      x[i] = i == first || minimum.holds(i) || there * sign[i] <= 0 ? 0 : there;
    }
    return first;
  }

  const QuadraticLoss& loss_;
  ElasticNetPenalty penalty_;
  at::Tensor G_, c_, w_, r_;
  int64_t p_;
};

/// Whether the sweeps that are left, at the rate of the last one, cost more than to solve for the active
/// coordinates at once. `now` and `before`: how far the descent was from its end, 1 at the end.
bool is_solving_cheaper(double now, double before, int64_t moved, int64_t active, int64_t p) {
  if (!(now < before)) return true;
  const auto a = static_cast<double>(active);
  const auto sweeps = std::log(now) / std::log(before / now);
  return sweeps * static_cast<double>(moved * p) > a * a * a / kFactorisation + a * a + kOverhead;
}

}  // namespace

Descent descend(const QuadraticLoss& loss, const ElasticNetPenalty& penalty, const at::Tensor& start,
                const DescentEnd& end) {
  TORCH_CHECK_VALUE(penalty.l1 > 0 && penalty.l2 >= 0, "coordinate descent needs l1 > 0 and l2 ≥ 0, got ",
                    penalty.l1, " and ", penalty.l2);
  State state(loss, penalty, start);
  // In units of what is asked for.
  const auto distance = [&](const State::Look& look) {
    const auto by_violation = look.violation <= end.violation ? 0 : look.violation / end.violation;
    return end.gap >= 0 ? std::min(by_violation, look.gap / end.gap) : by_violation;
  };
  auto look = state.look();
  auto best = look.objective;
  int64_t sweeps = 0;
  for (auto before = std::numeric_limits<double>::infinity();
       sweeps < end.sweeps && !(distance(look) <= 1);) {
    const auto moved = state.sweep();
    ++sweeps;
    look = state.look();
    const auto now = distance(look);
    if (std::isinf(before) || !is_solving_cheaper(now, before, moved, look.active, loss.c.size(0))) {
      before = now;
      continue;
    }
    state.solve_active();
    look = state.look();
    if (!(look.objective < best)) break;  // rounding: nothing is left to gain
    best = look.objective;
    before = std::numeric_limits<double>::infinity();
  }
  state.refresh();
  look = state.look();
  return {state.w(), look.gap, look.violation, sweeps};
}

double duality_gap(const QuadraticLoss& loss, const ElasticNetPenalty& penalty, const at::Tensor& w) {
  return State(loss, penalty, w).look().gap;
}

}  // namespace spinlab::models
