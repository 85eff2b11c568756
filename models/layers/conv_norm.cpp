#include "models/layers/conv_norm.h"

#include <ATen/ops/max_pool2d.h>
#include <torch/nn/init.h>

#include <algorithm>

namespace spinlab::models {

using torch::nn::BatchNorm2d;
using torch::nn::BatchNorm2dOptions;
using torch::nn::Conv2d;
using torch::nn::Conv2dOptions;

void ConvNormImpl::reset() {
  const auto in = options.in_channels(), out = options.out_channels();
  conv_ = register_module("conv", Conv2d(Conv2dOptions(in, out, 3).padding(1).bias(false)));
  norm_ = register_module(
      "norm", BatchNorm2d(BatchNorm2dOptions(out).momentum(options.momentum()).eps(options.eps())));
  norm_->weight.requires_grad_(options.scaled());
  activation_ = activation(options.activation());
  torch::nn::init::dirac_(conv_->weight.detach().narrow(0, 0, std::min(in, out)));
}

at::Tensor ConvNormImpl::forward(const at::Tensor& x) {
  auto z = conv_->forward(x);
  if (options.pool()) z = at::max_pool2d(z, {2, 2});
  return activation_(norm_->forward(z));
}

}  // namespace spinlab::models
