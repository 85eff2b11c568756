#include <ATen/ATen.h>
#include <torch/optim/lbfgs.h>

#include <algorithm>
#include <cmath>

#include "models/estimators/logistic.h"
#include "models/solvers/sample.h"

namespace spinlab::models {
namespace {

constexpr int64_t kBoundRows = 10'000;
/// Beyond so many columns the bound is taken column by column.
constexpr int64_t kMaxWhitened = 4096;
/// Down to such a slope float32 is good enough for it, if it is at the start.
constexpr double kFloatSlope = 5e-6;
/// Of the curvature by b.
constexpr double kInterceptBound = 0.5;

/// x̄, and a lower triangular L with L Lᵀ the bound: W = L⁻ᵀ V.
struct Coordinates {
  at::Tensor mean, L;

  at::Tensor weights(const at::Tensor& V) const {
    return L.dim() == 2 ? at::linalg_solve_triangular(L.t(), V, /*upper=*/true) : V / L.unsqueeze(1);
  }
  at::Tensor slope(const at::Tensor& by_weights) const {
    return L.dim() == 2 ? at::linalg_solve_triangular(L, by_weights, /*upper=*/false)
                        : by_weights / L.unsqueeze(1);
  }
};

Coordinates coordinates(const at::Tensor& X, double penalty) {
  auto rows = evenly_spread(X, kBoundRows);
  const auto mean = rows.mean(0);
  rows = rows - mean;
  const auto floor = 1e-8 * rows.square().mean().item<double>() + 1e-300;
  if (X.size(1) > kMaxWhitened) return {mean, (0.5 * rows.square().mean(0) + penalty + floor).sqrt_()};
  auto bound = rows.t().mm(rows).mul_(0.5 / static_cast<double>(rows.size(0)));
  bound.diagonal().add_(penalty + floor);
  return {mean, at::linalg_cholesky(bound)};
}

/// The objective and its slope by V and c, as below.
struct Look {
  double objective;
  at::Tensor by_V, by_c;
};

double largest(const at::Tensor& numbers) { return numbers.abs().max().item<double>(); }

double largest_difference(const Look& a, const Look& b) {
  return std::max(largest(a.by_V - b.by_V), largest(a.by_c - b.by_c));
}

}  // namespace

SoftmaxWeights fit_by_lbfgs(const SoftmaxLoss& loss, const LogisticOptions& options) {
  const auto d = loss.X().size(1), k = loss.classes();
  const auto frame = coordinates(loss.X(), options.penalty);
  // b is moved so that the rows' mean keeps its scores as W changes: columns far from 0 do not tie b to W.
  const auto V = at::zeros({d, k}, at::kDouble), c = at::zeros({k}, at::kDouble);
  const auto here = [&] {
    const auto W = frame.weights(V);
    return SoftmaxWeights{W, c / std::sqrt(kInterceptBound) - frame.mean.matmul(W)};
  };
  const auto look = [&](const SoftmaxLoss& by) {
    const auto now = here();
    const auto slope = by.slope(now.weights, now.intercept);
    const auto by_weights =
        slope.by_weights - frame.mean.outer(slope.by_intercept) + options.penalty * now.weights;
    return Look{slope.loss + 0.5 * options.penalty * now.weights.square().sum().item<double>(),
                frame.slope(by_weights).contiguous(), slope.by_intercept / std::sqrt(kInterceptBound)};
  };
  const at::NoGradGuard by_hand;
  const auto descend = [&](const SoftmaxLoss& by, double tolerance) {
    torch::optim::LBFGS solver({V, c}, torch::optim::LBFGSOptions(1)
                                           .max_iter(options.max_iterations)
                                           .tolerance_grad(tolerance)
                                           .tolerance_change(0)
                                           .line_search_fn("strong_wolfe"));
    solver.step([&] {
      const auto found = look(by);
      V.mutable_grad() = found.by_V;
      c.mutable_grad() = found.by_c;
      return at::scalar_tensor(found.objective, at::kDouble);
    });
  };
  const auto rough = loss.in_float32();
  if (largest_difference(look(rough), look(loss)) < 0.1 * kFloatSlope)
    descend(rough, std::max(options.tolerance, kFloatSlope));
  descend(loss, options.tolerance);
  auto found = here();
  const auto end = look(loss);
  found.missed = std::max(largest(end.by_V), largest(end.by_c));
  return found;
}

}  // namespace spinlab::models
