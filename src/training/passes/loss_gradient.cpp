#include "src/training/passes/loss_gradient.h"

#include <ATen/ATen.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <c10/core/GradMode.h>
#include <c10/util/Exception.h>

namespace spinlab::training {
namespace {

constexpr int64_t kIgnoreNone = -100;

at::Tensor empty_like_type(const at::Tensor& output) {
  return at::empty({0}, output.options().requires_grad(false));
}

}  // namespace

void CrossEntropyGradient::compute(const at::Tensor& output, const at::Tensor& targets) {
  const at::AutoDispatchBelowADInplaceOrView no_graph;
  if (!loss_.defined()) {
    for (auto* tensor : {&loss_, &gradient_, &log_probabilities_, &total_weight_})
      *tensor = empty_like_type(output);
    seed_ = at::full({}, 1 - smoothing_, output.options().requires_grad(false));
  }
  if (gradient_.sizes() != output.sizes()) {
    gradient_.resize_(output.sizes());
    log_probabilities_.resize_(output.sizes());
  }
  at::_log_softmax_out(log_probabilities_, output, 1, /*half_to_float=*/false);
  at::nll_loss_forward_out(loss_, total_weight_, log_probabilities_, targets, {}, at::Reduction::Mean,
                           kIgnoreNone);
  at::nll_loss_backward_out(gradient_, seed_, log_probabilities_, targets, {}, at::Reduction::Mean,
                            kIgnoreNone, total_weight_);
  if (smoothing_ > 0) {
    loss_.mul_(1 - smoothing_).sub_(log_probabilities_.mean(), smoothing_);
    gradient_.sub_(smoothing_ / static_cast<double>(output.numel()));
  }
  at::_log_softmax_backward_data_out(gradient_, gradient_, log_probabilities_, 1, output.scalar_type());
}

void SquaredErrorGradient::compute(const at::Tensor& output, const at::Tensor& targets) {
  const at::AutoDispatchBelowADInplaceOrView no_graph;
  TORCH_CHECK(output.sizes() == targets.sizes(), "squared error: the output has shape ", output.sizes(),
              ", the targets ", targets.sizes());
  if (!gradient_.defined()) {
    gradient_ = empty_like_type(output);
    seed_ = at::ones({}, output.options().requires_grad(false));
  }
  if (gradient_.sizes() != output.sizes()) gradient_.resize_(output.sizes());
  loss_ = at::mse_loss(output, targets, at::Reduction::Mean);
  at::mse_loss_backward_out(gradient_, seed_, output, targets, at::Reduction::Mean);
}

void GraphLossGradient::compute(const at::Tensor& output, const at::Tensor& targets) {
  const c10::AutoGradMode graph(true);
  const auto leaf = output.detach().set_requires_grad(true);
  const auto loss = function_(leaf, targets);
  loss.backward();
  loss_ = loss.detach();
  gradient_ = leaf.grad();
}

}  // namespace spinlab::training
