#include "models/solvers/svm/linear_dual.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>

#include "models/solvers/svm/linear_panel.h"
#include "src/core/on_all_cores.h"

namespace spinlab::models {
namespace {

void require_problem(const SparseRows& X, const at::Tensor& Y, const at::Tensor& C,
                     const LinearDualOptions& options) {
  TORCH_CHECK_VALUE(Y.dim() == 2 && Y.scalar_type() == at::kDouble && Y.size(1) > 0,
                    "labels must be (n, k) in float64, got ", Y.scalar_type(), ' ', Y.sizes());
  TORCH_CHECK_VALUE(Y.size(0) == X.rows(), "there are ", X.rows(), " rows and ", Y.size(0),
                    " labels; each row needs its label");
  TORCH_CHECK_VALUE(Y.abs().eq(1).all().item<bool>(), "a label is not -1 or 1");
  const auto means = Y.mean(0).abs();
  TORCH_CHECK_VALUE(means.lt(1).all().item<bool>(),
                    "all rows have one label: a margin needs rows on both sides");
  TORCH_CHECK_VALUE(C.dim() == 1 && C.scalar_type() == at::kDouble && C.size(0) == X.rows(), "each of ",
                    X.rows(), " rows needs its C, got ", C.sizes());
  TORCH_CHECK_VALUE(C.gt(0).all().item<bool>() && at::isfinite(C).all().item<bool>(),
                    "C must be above 0 and finite");
  TORCH_CHECK_VALUE(std::isfinite(options.constant), "the constant feature must be finite");
  TORCH_CHECK_VALUE(options.tolerance > 0 && options.max_sweeps > 0,
                    "the tolerance and the limit of sweeps must be above 0, got ", options.tolerance, " and ",
                    options.max_sweeps);
}

/// ½‖w‖² + Σ C loss and its dual.
void add_objectives(const SparseRows& X, const at::Tensor& Y, const at::Tensor& C,
                    const LinearDualOptions& options, LinearMachines& found) {
  const auto k = Y.size(1), padded = (k + SparseRows::kPanel - 1) / SparseRows::kPanel * SparseRows::kPanel;
  const auto type = X.values().scalar_type();
  auto wide = at::zeros({X.width(), padded}, type);
  wide.narrow(1, 0, k).copy_(found.weights);
  auto scores = at::zeros({X.rows(), padded}, type);
  on_all_cores(X.rows(), 1024, [&](int64_t begin, int64_t end) {
    auto part = scores.slice(0, begin, end);
    X.add_product(begin, end, wide, part);
  });
  const auto missed = (1 - Y * (scores.narrow(1, 0, k).to(at::kDouble) + found.intercept)).clamp_min(0);
  auto norms = found.weights.square().sum(0);
  if (options.constant != 0) norms = norms + (found.intercept / options.constant).square();
  const bool is_squared = options.loss == HingeLoss::kSquaredHinge;
  found.primal = 0.5 * norms + (C.unsqueeze(1) * (is_squared ? missed.square() : missed)).sum(0);
  found.dual = found.alpha.sum(0) - 0.5 * norms;
  if (is_squared) found.dual = found.dual - (found.alpha.square() / (4 * C.unsqueeze(1))).sum(0);
}

}  // namespace

LinearMachines linear_dual(const SparseRows& X, const at::Tensor& Y, const at::Tensor& C,
                           const LinearDualOptions& options) {
  require_problem(X, Y, C, options);
  const auto n = X.rows(), k = Y.size(1);
  const auto costs = C.contiguous(), squares = X.squares() + options.constant * options.constant;
  LinearMachines found{at::empty({X.width(), k}, at::kDouble),
                       at::empty({k}, at::kDouble),
                       at::empty({n, k}, at::kDouble),
                       {},
                       {},
                       at::empty({k}, at::kLong),
                       at::empty({k}, at::kBool)};
  const auto threads = at::in_parallel_region() ? 1 : at::get_num_threads();
  const auto panels = std::max((k + kMostLanes - 1) / kMostLanes, std::min<int64_t>(threads, k));
  AT_DISPATCH_FLOATING_TYPES(X.values().scalar_type(), "linear_dual", [&] {
    const CompressedRows<scalar_t> rows{n, X.width(), X.starts().const_data_ptr<int64_t>(),
                                        X.columns().const_data_ptr<int32_t>(),
                                        X.values().const_data_ptr<scalar_t>()};
    on_all_cores(panels, 1, [&](int64_t begin, int64_t end) {
      for (auto p = begin; p < end; ++p)
        solve_panel(rows, squares, Y, costs, options, k * p / panels, k * (p + 1) / panels, found);
    });
  });
  add_objectives(X, Y, costs, options, found);
  return found;
}

}  // namespace spinlab::models
