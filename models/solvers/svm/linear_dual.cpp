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

/// Rows that are worth a thread's while.
constexpr int64_t kGrain = 1024;

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

/// X W (n, k) in float64, whatever the type of X.
at::Tensor products(const SparseRows& X, const at::Tensor& W) {
  const auto k = W.size(1);
  auto all = at::zeros({X.rows(), k}, at::kDouble);
  const auto* starts = X.starts().const_data_ptr<int64_t>();
  const auto* columns = X.columns().const_data_ptr<int32_t>();
  const auto* weights = W.const_data_ptr<double>();
  auto* sums = all.data_ptr<double>();
  AT_DISPATCH_FLOATING_TYPES(X.values().scalar_type(), "products", [&] {
    const auto* values = X.values().const_data_ptr<scalar_t>();
    on_all_cores(X.rows(), kGrain, [&](int64_t begin, int64_t end) {
      for (auto i = begin; i < end; ++i) {
        for (auto at = starts[i]; at < starts[i + 1]; ++at) {
          const double x = values[at];
          const auto* here = weights + columns[at] * k;
          for (int64_t c = 0; c < k; ++c) sums[i * k + c] += x * here[c];
        }
      }
    });
  });
  return all;
}

/// ½‖w‖² + Σ C loss and its dual.
void add_objectives(const SparseRows& X, const at::Tensor& Y, const at::Tensor& C,
                    const LinearDualOptions& options, LinearMachines& found) {
  const auto scores = products(X, found.weights);
  const auto missed = (1 - Y * (scores + found.intercept)).clamp_min(0);
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
