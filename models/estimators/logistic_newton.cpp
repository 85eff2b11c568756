#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>

#include "models/estimators/logistic.h"
#include "models/solvers/coordinate_descent.h"

namespace spinlab::models {

// BEGIN SOLUTION
namespace {

constexpr double kSufficientDecrease = 1e-4;
constexpr int kMaxHalvings = 40;
/// What the model of a step may miss, of what the step started with.
constexpr double kInner = 1e-2;
constexpr int64_t kFewPlaces = 64;

/// (H + jitter)⁻¹ g, with as little jitter as a factorisation needs: of many minima one.
at::Tensor solve(const at::Tensor& H, const at::Tensor& g) {
  const auto size = H.diagonal().abs().mean().item<double>() + 1e-300;
  for (double jitter = 1e-14;; jitter *= 100) {
    auto [L, info] = at::linalg_cholesky_ex(H + jitter * size * at::eye(H.size(0), H.options()));
    if (info.item<int>() == 0) return at::cholesky_solve(g, L);
  }
}

/// Newton's method on [W; b], (d + 1, k), its places counted row by row.
class Newton {
 public:
  Newton(const SoftmaxLoss& loss, const LogisticOptions& options)
      : loss_(loss),
        l1_(options.penalty * options.l1_ratio),
        l2_(options.penalty * (1 - options.l1_ratio)),
        tolerance_(options.tolerance),
        d_(loss.X().size(1)),
        k_(loss.classes()),
        all_(at::zeros({(d_ + 1) * k_}, at::kDouble)) {}

  SoftmaxWeights minimum(int64_t max_iterations) {
    look();
    for (int64_t i = 0; i < max_iterations && missed().max().item<double>() > tolerance_; ++i) {
      if (!search(l1_ > 0 ? sparse_step() : full_step())) break;
    }
    return {weights(all_), intercept(all_), missed().max().item<double>()};
  }

 private:
  int64_t penalised() const { return d_ * k_; }
  at::Tensor weights(const at::Tensor& all) const { return all.narrow(0, 0, penalised()).view({d_, k_}); }
  at::Tensor intercept(const at::Tensor& all) const { return all.narrow(0, penalised(), k_); }
  at::Tensor intercept_places() const { return at::arange(penalised(), penalised() + k_); }

  /// Loss with the quadratic part of the penalty, and its gradient, at `all`.
  std::pair<double, at::Tensor> smooth(const at::Tensor& all) const {
    const auto found = loss_.slope(weights(all), intercept(all));
    auto slope = at::cat({found.by_weights.flatten(), found.by_intercept});
    slope.narrow(0, 0, penalised()).add_(all.narrow(0, 0, penalised()), l2_);
    return {found.loss + 0.5 * l2_ * all.narrow(0, 0, penalised()).square().sum().item<double>(), slope};
  }

  double absolute(const at::Tensor& all) const {
    return l1_ * all.narrow(0, 0, penalised()).abs().sum().item<double>();
  }

  void look() { std::tie(value_, slope_) = smooth(all_); }

  /// By how much each place misses its optimality condition.
  at::Tensor missed() const {
    auto all = slope_.abs();
    if (l1_ == 0) return all;
    const auto w = all_.narrow(0, 0, penalised()), g = slope_.narrow(0, 0, penalised());
    all.narrow(0, 0, penalised())
        .copy_(at::where(w != 0, (g + l1_ * w.sign()).abs(), (g.abs() - l1_).relu()));
    return all;
  }

  /// Scores of all classes may be shifted together: of the equal minima that with class sums of 0 is taken,
  /// to which the curvature is raised along the shifts.
  at::Tensor full_step() const {
    auto H = loss_.curvature(weights(all_), intercept(all_), at::arange((d_ + 1) * k_));
    H.diagonal().narrow(0, 0, penalised()).add_(l2_);
    auto blocks = H.view({d_ + 1, k_, d_ + 1, k_}).diagonal(0, 0, 2);  // (k, k, d + 1)
    const auto size = H.diagonal().view({d_ + 1, k_}).mean(1);
    blocks.add_(l2_ > 0 ? size * at::cat({at::zeros({d_}, at::kDouble), at::ones({1}, at::kDouble)}) : size);
    return -solve(H, slope_.unsqueeze(1)).squeeze(1);
  }

  /// Places that move: those that are not 0 and those that should not be, of these the worst.
  at::Tensor working_set() const {
    const auto w = all_.narrow(0, 0, penalised());
    const auto excess = missed().narrow(0, 0, penalised()).masked_fill(w != 0, 0);
    const auto held = (w != 0).sum().item<int64_t>(), violated = (excess > 0).sum().item<int64_t>();
    auto inside = w != 0;
    const auto more = std::min(violated, std::max(held, kFewPlaces));
    inside.index_fill_(0, std::get<1>(excess.topk(more)), true);
    return inside.nonzero().view(-1);
  }

  /// The model's minimum with its penalty. The intercepts, which have none, are eliminated.
  at::Tensor sparse_step() const {
    const auto places = working_set(), b = intercept_places();
    const auto p = places.size(0);
    const auto H = loss_.curvature(weights(all_), intercept(all_), at::cat({places, b}));
    const auto Hww = H.narrow(0, 0, p).narrow(1, 0, p), Hwb = H.narrow(0, 0, p).narrow(1, p, k_);
    const auto Hbb = H.narrow(0, p, k_).narrow(1, p, k_) + 1.0 / static_cast<double>(k_);
    const auto g = slope_.index_select(0, places).unsqueeze(1), gb = slope_.index_select(0, b).unsqueeze(1);
    const auto w = all_.index_select(0, places);
    const auto to_b = solve(Hbb, at::cat({Hwb.t(), gb}, 1));  // (k, p + 1)
    const auto G = Hww - Hwb.mm(to_b.narrow(1, 0, p));
    // The slope of the smooth part without its l2, which the descent adds.
    const auto reduced = (g - Hwb.mm(to_b.narrow(1, p, 1))).squeeze(1) - l2_ * w;
    const DescentEnd end{.violation = std::max(kInner * missed().max().item<double>(), 0.1 * tolerance_)};
    auto step = at::zeros_like(all_);
    if (p > 0) {
      const auto to = descend({G, G.mv(w) - reduced, 0}, {l1_, l2_}, w, end).w;
      step.index_copy_(0, places, to - w);
    }
    const auto moved = step.index_select(0, places).unsqueeze(1);
    step.index_copy_(0, b, -(to_b.narrow(1, 0, p).mm(moved) + to_b.narrow(1, p, 1)).squeeze(1));
    return step;
  }

  /// Goes along the step as far as the objective falls enough [Armijo]; false where it does not, to rounding.
  bool search(const at::Tensor& step) {
    const auto before = value_ + absolute(all_);
    const auto promised = slope_.dot(step).item<double>() + absolute(all_ + step) - absolute(all_);
    double t = 1;
    for (int i = 0; i < kMaxHalvings; ++i, t /= 2) {
      const auto there = all_ + t * step;
      const auto [value, slope] = smooth(there);
      const auto rounding = 1e-15 * std::max(1.0, std::abs(before));
      if (!(value + absolute(there) <= before + kSufficientDecrease * t * promised + rounding)) continue;
      all_ = there;
      value_ = value;
      slope_ = slope;
      return true;
    }
    return false;
  }

  const SoftmaxLoss& loss_;
  double l1_, l2_, tolerance_;
  int64_t d_, k_;
  at::Tensor all_, slope_;
  double value_ = 0;
};

}  // namespace
// END SOLUTION

SoftmaxWeights fit_by_newton(const SoftmaxLoss& loss, const LogisticOptions& options) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "logistic by Newton for ", loss.classes(), " classes, penalty ", options.penalty,
  // STUB                   ": left out, 02-classification asks for it");
  return Newton(loss, options).minimum(options.max_iterations);
  // END SOLUTION
}

}  // namespace spinlab::models
