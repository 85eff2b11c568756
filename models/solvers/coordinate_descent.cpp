#include "models/solvers/coordinate_descent.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace spinlab::models {
namespace {

/// Sweeps before the active coordinates are solved for all at once, which costs about as much as a third of a
/// sweep for each of them; looked at after the first few already, since the last penalty's weights are near.
constexpr int64_t kLooks[] = {1, 1, 2, 4};

double shrunk(double z, double by) { return z > by ? z - by : z < -by ? z + by : 0; }

/// G, c, w and r = c - Gw as plain rows of numbers.
class State {
 public:
  State(const QuadraticLoss& loss, const ElasticNetPenalty& penalty, const at::Tensor& start)
      : loss_(loss),
        penalty_(penalty),
        G_(loss.G.contiguous()),
        w_(start.to(at::kDouble).clone()),
        p_(w_.size(0)) {
    refresh();
  }

  /// Moves each coordinate to its minimum, the others held.
  void sweep() {
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
    }
  }

  /// To the minimum over the active coordinates with their signs; where one of them becomes 0 on the way, it
  /// stays there, and the others go on.
  void solve_active() {
    while (step_to_active_minimum()) {
    }
    refresh();
  }

  /// r anew, without the rounding of many updates.
  void refresh() { r_ = loss_.c - G_.mv(w_); }

  double objective() const {
    return 0.5 * squared_residual() + penalty_.l1 * w_.abs().sum().item<double>() +
           0.5 * penalty_.l2 * squared_norm();
  }

  /// ½‖y - Xw‖² and the dual's θ·y - ½‖θ‖² at θ = s (y - Xw), s so small that |Xᵀθ| ≤ l1; l2 as d more rows
  /// of data [Massias, Gramfort and Salmon, ICML 2018, eqs. 3 to 5].
  double gap() const {
    const auto largest = (r_ - penalty_.l2 * w_).abs().max().item<double>();
    const auto s = std::min(1.0, penalty_.l1 / largest);
    const auto dual =
        s * (loss_.yy - fitted()) - 0.5 * s * s * (squared_residual() + penalty_.l2 * squared_norm());
    return std::max(objective() - dual, 0.0);
  }

  double violation() const {
    const auto slope = r_ - penalty_.l2 * w_;
    const auto missed =
        at::where(w_ != 0, (slope - penalty_.l1 * w_.sign()).abs(), (slope.abs() - penalty_.l1).relu());
    return missed.max().item<double>();
  }

  const at::Tensor& w() const { return w_; }

 private:
  /// Whether a coordinate became 0 and something is left to do.
  bool step_to_active_minimum() {
    const auto active = w_.nonzero().view(-1);
    if (active.numel() == 0) return false;
    const auto now = w_.index_select(0, active), signs = now.sign();
    auto H = G_.index_select(0, active).index_select(1, active);
    H.diagonal().add_(penalty_.l2);
    const auto [L, info] = at::linalg_cholesky_ex(H);
    if (info.item<int>() != 0) return false;
    const auto right = loss_.c.index_select(0, active) - penalty_.l1 * signs;
    const auto there = at::cholesky_solve(right.unsqueeze(1), L).squeeze(1);
    if (!at::isfinite(there).all().item<bool>()) return false;
    const auto crosses = (there.sign() != signs);
    if (!crosses.any().item<bool>()) {
      w_.index_copy_(0, active, there);
      return false;
    }
    const auto until = at::where(crosses, now / (now - there), at::ones_like(now));
    const auto [least, first] = until.min(0);
    auto stopped = now + least * (there - now);
    stopped[first.item<int64_t>()] = 0;
    w_.index_copy_(0, active, at::where(stopped.sign() == signs, stopped, at::zeros_like(stopped)));
    return true;
  }

  double fitted() const { return loss_.c.dot(w_).item<double>(); }
  double squared_norm() const { return w_.dot(w_).item<double>(); }
  /// yy - 2 cᵀw + wᵀGw
  double squared_residual() const { return loss_.yy - fitted() - r_.dot(w_).item<double>(); }

  const QuadraticLoss& loss_;
  ElasticNetPenalty penalty_;
  at::Tensor G_, w_, r_;
  int64_t p_;
};

}  // namespace

Descent descend(const QuadraticLoss& loss, const ElasticNetPenalty& penalty, const at::Tensor& start,
                const DescentEnd& end) {
  TORCH_CHECK_VALUE(penalty.l1 > 0 && penalty.l2 >= 0, "coordinate descent needs l1 > 0 and l2 ≥ 0, got ",
                    penalty.l1, " and ", penalty.l2);
  State state(loss, penalty, start);
  Descent found;
  const auto is_done = [&] {
    found.violation = state.violation();
    if (end.gap >= 0) found.gap = state.gap();
    return found.violation <= end.violation || (end.gap >= 0 && found.gap <= end.gap);
  };
  const auto sweeps_until_done = [&] {
    for (const auto sweeps : kLooks) {
      for (int64_t i = 0; i < sweeps; ++i) state.sweep();
      found.sweeps += sweeps;
      if (is_done()) return true;
    }
    return false;
  };
  auto best = state.objective();
  while (!is_done() && found.sweeps < end.sweeps && !sweeps_until_done()) {
    state.solve_active();
    const auto now = state.objective();
    if (!(now < best)) break;  // rounding: nothing is left to gain
    best = now;
  }
  state.refresh();
  is_done();
  found.w = state.w();
  return found;
}

double duality_gap(const QuadraticLoss& loss, const ElasticNetPenalty& penalty, const at::Tensor& w) {
  return State(loss, penalty, w).gap();
}

}  // namespace spinlab::models
