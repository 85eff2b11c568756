#include "src/training/passes/row_shares.h"

#include <torch/autograd.h>

#include <algorithm>

#include "src/core/on_all_cores.h"

namespace spinlab::training {
namespace {

void add_to_gradient(const at::Tensor& parameter, const at::Tensor& gradient) {
  if (!gradient.defined()) return;
  auto& sum = parameter.mutable_grad();
  if (sum.defined())
    sum.add_(gradient);
  else
    sum = gradient.contiguous();  // an expanded one could not be added to
}

}  // namespace

Batch rows_of(const Batch& batch, int64_t first, int64_t count) {
  const auto rows = [&](const at::Tensor& all) { return all.defined() ? all.narrow(0, first, count) : all; };
  return {rows(batch.inputs), rows(batch.targets), batch.number, rows(batch.state), rows(batch.after)};
}

RowShares::RowShares(const models::Network& network, const Objective& objective)
    : network_(network), objective_(objective) {}

int64_t RowShares::count(const Batch& batch, int64_t threads) const {
  const bool can_be_shared =
      network_.takes_rows_alone && objective_.weight(batch) > 0 && batch.inputs.is_cpu();
  return can_be_shared ? std::min(threads, batch.size()) : 1;
}

at::Tensor RowShares::gradient(const Batch& batch, int64_t shares,
                               const std::vector<at::Tensor>& parameters) const {
  const auto whole = objective_.weight(batch);
  std::vector<at::Tensor> losses(static_cast<std::size_t>(shares));
  std::vector<torch::autograd::variable_list> gradients(losses.size());
  on_all_cores(shares, 1, [&](int64_t begin, int64_t end) {
    for (auto share = begin; share < end; ++share) {
      const auto first = batch.size() * share / shares, next = batch.size() * (share + 1) / shares;
      const auto rows = rows_of(batch, first, next - first);
      const auto weight = objective_.weight(rows);
      if (weight == 0) continue;
      const auto loss = objective_.loss(network_, rows) * (weight / whole);
      const auto at = static_cast<std::size_t>(share);
      losses[at] = loss.detach();
      gradients[at] = torch::autograd::grad({loss}, parameters, {}, std::nullopt, /*create_graph=*/false,
                                            /*allow_unused=*/true);
    }
  });
  const at::NoGradGuard outside_the_graph;
  auto mean = at::zeros({}, parameters.front().options());
  for (std::size_t share = 0; share < losses.size(); ++share) {
    if (!losses[share].defined()) continue;
    mean += losses[share];
    for (std::size_t i = 0; i < parameters.size(); ++i) add_to_gradient(parameters[i], gradients[share][i]);
  }
  return mean;
}

}  // namespace spinlab::training
