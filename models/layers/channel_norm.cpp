#include "models/layers/channel_norm.h"

#include <c10/util/Exception.h>

namespace spinlab::models {

void ChannelNormImpl::reset() {
  const auto channels = options.channels();
  const auto groups = options.kind() == "layer" ? 1 : options.groups();
  batch_ = nullptr, group_ = nullptr;
  if (options.kind() == "batch") {
    batch_ = register_module("norm", torch::nn::BatchNorm2d(channels));
    return;
  }
  TORCH_CHECK_VALUE(options.kind() == "layer" || options.kind() == "group",
                    "a norm is \"batch\", \"layer\" or \"group\", got \"", options.kind(), "\"");
  TORCH_CHECK_VALUE(groups > 0 && channels % groups == 0, channels, " channels are not divided by ", groups,
                    " groups; choose other groups or widths");
  group_ = register_module("norm", torch::nn::GroupNorm(torch::nn::GroupNormOptions(groups, channels)));
}

at::Tensor ChannelNormImpl::forward(const at::Tensor& x) {
  if (group_) return group_->forward(x);
  TORCH_CHECK_VALUE(!is_training() || x.size(0) * x.size(2) * x.size(3) > 1,
                    "batch norm learns from more than one number a channel, got a batch of ", x.sizes(),
                    "; raise the batch, or choose the norm \"layer\" or \"group\"");
  return batch_->forward(x);
}

}  // namespace spinlab::models
