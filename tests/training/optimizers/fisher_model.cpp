#include "tests/training/optimizers/fisher_model.h"

#include <ATen/ATen.h>

#include <cmath>

#include "models/networks/mlp.h"
#include "src/training/gradients.h"

namespace spinlab::training {

std::vector<NamedParameter> FisherModel::parameters() const {
  std::vector<NamedParameter> all;
  for (const auto& item : module->named_parameters()) all.push_back({item.key(), item.value()});
  return all;
}

at::Tensor FisherModel::loss() const {
  const auto outputs = forward(inputs);
  return targets.is_floating_point() ? at::mse_loss(outputs, targets)
                                     : at::cross_entropy_loss(outputs, targets);
}

at::Tensor FisherModel::factor(const at::Tensor& outputs) const {
  const auto n = outputs.size(0), k = outputs.size(1);
  if (targets.is_floating_point())
    return at::eye(k, outputs.options()).mul(std::sqrt(2.0 / k)).expand({n, k, k});
  const auto p = outputs.softmax(1), root = p.sqrt();
  return at::diag_embed(root) - p.unsqueeze(2) * root.unsqueeze(1);
}

void FisherModel::step(Optimizer& optimizer, double learning_rate) const {
  optimizer.zero_grad();
  const auto before = loss();
  before.backward();
  const auto again = [&] {
    const at::AutoGradMode with_graph(true);
    optimizer.zero_grad();
    const auto value = loss();
    value.backward();
    return value.item<double>();
  };
  const auto rows = [&](const auto& parameters) {
    const at::AutoGradMode with_graph(true);
    const auto outputs = forward(inputs);
    return fisher_rows(outputs, factor(outputs.detach()), parameters);
  };
  const auto factors = [&](const auto& weights, FisherKind kind) {
    const at::AutoGradMode with_graph(true);
    at::Tensor outputs;
    const auto passes = linear_passes(weights, [&] { outputs = forward(inputs); });
    return linear_factors(
        passes, outputs,
        fisher_directions(factor(outputs.detach()), kind, at::detail::getDefaultCPUGenerator()));
  };
  optimizer.step({learning_rate, before.item<double>(), again, rows, factors});
  optimizer.zero_grad();
}

FisherModel fisher_model(std::vector<int64_t> hidden, const at::Tensor& inputs, const at::Tensor& targets,
                         uint64_t seed) {
  at::manual_seed(seed);
  const auto outputs = targets.is_floating_point() ? targets.size(1) : targets.max().item<int64_t>() + 1;
  models::MLP mlp(models::MLPOptions(inputs.size(1), std::move(hidden), outputs).activation("tanh"));
  mlp->to(at::kDouble);
  return {mlp.ptr(), [mlp](const at::Tensor& x) mutable { return mlp->forward(x); }, inputs, targets};
}

}  // namespace spinlab::training
