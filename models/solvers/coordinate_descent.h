#pragma once

#include <ATen/core/Tensor.h>

namespace spinlab::models {

/// Least squares by its moments: ½ wᵀGw - cᵀw + ½ yy, G = XᵀX/n, c = Xᵀy/n, yy = ‖y‖²/n.
struct QuadraticLoss {
  /// (p, p), symmetric and positive semidefinite; and (p). float64.
  at::Tensor G, c;
  double yy = 0;
};

/// l1 ‖w‖₁ + ½ l2 ‖w‖².
struct ElasticNetPenalty {
  /// l1 > 0, l2 ≥ 0.
  double l1 = 0, l2 = 0;
};

/// When a descent may end: at the first of these that holds.
struct DescentEnd {
  /// The duality gap, which bounds the objective's distance from its minimum; below 0: not looked at.
  double gap = -1;
  /// The largest amount by which a coordinate misses its optimality condition.
  double violation = 0;
  int64_t sweeps = 10'000;
};

struct Descent {
  /// (p)
  at::Tensor w;
  double gap = 0, violation = 0;
  int64_t sweeps = 0;
};

/// Minimises loss + penalty from `start` (p) by cyclic coordinate descent on the moments [Friedman, Hastie
/// and Tibshirani, J. Stat. Softw. 33 (2010), section 2.2, "covariance updates"]. Only active coordinates
/// move: those that are not 0, or that their optimality condition wants moved. Where sweeps are slow, the
/// minimum over the active ones with their signs held is taken, as far as the signs hold [feature-sign
/// search: Lee et al., NIPS 19 (2006)], by which a descent ends in finitely many steps whatever G's
/// condition. A sweep costs p, and p for each coordinate that moves. Ends at the latest where rounding allows
/// no progress.
Descent descend(const QuadraticLoss& loss, const ElasticNetPenalty& penalty, const at::Tensor& start,
                const DescentEnd& end);

/// The gap alone, at any w (p).
double duality_gap(const QuadraticLoss& loss, const ElasticNetPenalty& penalty, const at::Tensor& w);

}  // namespace spinlab::models
