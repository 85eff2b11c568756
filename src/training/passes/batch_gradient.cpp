#include "src/training/passes/batch_gradient.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>

namespace spinlab::training {
namespace {

struct Share {
  Batch rows;
  /// Of the batch's mean; 0 for a rank that a small batch has no rows for: it does one that does not count.
  double weight;
};

Share share_of(const Batch& batch, const Ranks& ranks) {
  const auto n = batch.size(), first = n * ranks.rank() / ranks.count(),
             end = n * (ranks.rank() + 1) / ranks.count();
  if (first == end) return {rows_of(batch, 0, 1), 0};
  return {rows_of(batch, first, end - first), static_cast<double>(end - first) / static_cast<double>(n)};
}

}  // namespace

BatchGradient::BatchGradient(const models::Network& network, const Objective& objective,
                             const Precision& precision, Ranks& ranks, GradientOptions options)
    : network_(network),
      objective_(objective),
      precision_(precision),
      ranks_(ranks),
      options_(options),
      parameters_(trained_parameters(*network.module)),
      shares_(network, objective) {
  if (!ranks.is_alone()) sum_ = std::make_unique<GradientSum>(trained_parameters(*network.module), ranks);
  if (network.plain_layers.empty() || options.accumulate > 1 || options.channels_last ||
      options.mixed_targets || precision.is_mixed())
    return;
  loss_gradient_ = objective.loss_gradient();
  if (loss_gradient_) plain_ = std::make_unique<PlainPass>(network.plain_layers);
}

models::Network BatchGradient::for_evaluation() const {
  auto network = network_;
  if (plain_)
    network.forward = [pass = plain_.get()](const std::vector<at::Tensor>& in) {
      return pass->predict(in.at(0)).clone();
    };
  return network;
}

at::Tensor BatchGradient::operator()(const Batch& batch) {
  if (!sum_) return of_share(batch, 1);
  const auto [rows, weight] = share_of(batch, ranks_);
  const auto loss = of_share(rows, weight);
  sum_->finish();
  return at::scalar_tensor(sum(ranks_, weight == 0 ? 0 : weight * loss.item<double>()), at::kDouble);
}

at::Tensor BatchGradient::of_share(const Batch& batch, double weight) {
  if (plain_) return by_plain_pass(batch, weight);
  const bool is_simple = !sum_ && options_.accumulate == 1 && !precision_.is_mixed();
  const auto shares = is_simple ? shares_.count(batch, at::get_num_threads()) : 1;
  return shares > 1 ? shares_.gradient(batch, shares, parameters_) : by_graph(batch, weight);
}

at::Tensor BatchGradient::by_plain_pass(const Batch& batch, double weight) {
  loss_gradient_->compute(plain_->forward(batch.inputs), batch.targets);
  if (!sum_) {
    plain_->backward(loss_gradient_->gradient());
  } else {
    sum_->start();
    loss_gradient_->gradient().mul_(weight);
    plain_->backward(loss_gradient_->gradient(),
                     [this](const at::Tensor& parameter) { sum_->ready(parameter); });
  }
  return loss_gradient_->loss();
}

at::Tensor BatchGradient::by_graph(const Batch& batch, double weight) {
  const auto part = (batch.size() + options_.accumulate - 1) / options_.accumulate;
  at::Tensor mean;
  for (int64_t first = 0; first < batch.size(); first += part) {
    const auto count = std::min(part, batch.size() - first);
    auto loss = [&] {
      const Precision::Scope scope(precision_);
      return objective_.loss(network_, rows_of(batch, first, count));
    }();
    if (count < batch.size()) loss = loss * (static_cast<double>(count) / static_cast<double>(batch.size()));
    if (sum_ && first + count == batch.size()) sum_->start();
    precision_.scaled(sum_ ? loss * weight : loss).backward();
    mean = mean.defined() ? mean + loss.detach() : loss.detach();
  }
  return mean;
}

std::vector<at::Tensor> trained_parameters(const torch::nn::Module& module) {
  auto all = module.parameters();
  std::erase_if(all, [](const at::Tensor& parameter) { return !parameter.requires_grad(); });
  return all;
}

}  // namespace spinlab::training
