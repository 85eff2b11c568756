#include "models/networks/lenet5.h"

#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/max_pool2d.h>
#include <c10/util/Exception.h>

#include "models/registry.h"

namespace spinlab::models {

using torch::nn::Conv2d;
using torch::nn::Conv2dOptions;
using torch::nn::Linear;

namespace {

/// Of the first layer, so that it sees 32 x 32.
int64_t padding_of(int64_t height) { return (32 - height) / 2; }

}  // namespace

void LeNet5Impl::reset() {
  const auto& pooling = options.pooling();
  TORCH_CHECK_VALUE(pooling == "average" || pooling == "max",
                    "LeNet-5: pooling must be \"average\" or \"max\", got \"", pooling, "\"");
  max_pooling_ = pooling == "max";
  activation_ = models::activation(options.activation());
  c1_ = register_module("c1", Conv2d(Conv2dOptions(options.channels(), 6, 5)));
  c3_ = register_module("c3", Conv2d(Conv2dOptions(6, 16, 5)));
  c5_ = register_module("c5", Linear(16 * 5 * 5, 120));
  f6_ = register_module("f6", Linear(120, 84));
  output_ = register_module("output", Linear(84, options.outputs()));
}

at::Tensor LeNet5Impl::subsample(const at::Tensor& x) const {
  return max_pooling_ ? at::max_pool2d(x, {2, 2}) : at::avg_pool2d(x, {2, 2});
}

at::Tensor LeNet5Impl::forward(const at::Tensor& x) {
  auto z = at::conv2d(x, c1_->weight, c1_->bias, /*stride=*/1, padding_of(x.size(2)));
  z = subsample(activation_(z));
  z = subsample(activation_(c3_->forward(z)));
  z = activation_(c5_->forward(z.flatten(1)));
  z = activation_(f6_->forward(z));
  return output_->forward(z);
}

PlainLayers LeNet5Impl::plain_layers(int64_t height) const {
  const ActivationLayer activation{options.activation()};
  const PoolingLayer pooling{max_pooling_ ? Pooling::kMaximum : Pooling::kAverage, 2};
  const auto linear = [](const Linear& layer) { return LinearLayer{layer->weight, layer->bias}; };
  return {Conv2dLayer{c1_->weight, c1_->bias, 1, padding_of(height)},
          activation,
          pooling,
          Conv2dLayer{c3_->weight, c3_->bias},
          activation,
          pooling,
          FlattenLayer{},
          linear(c5_),
          activation,
          linear(f6_),
          activation,
          linear(output_)};
}

namespace {

Network make(const Config& config, const Problem& problem) {
  const auto& size = problem.input;
  TORCH_CHECK_VALUE(size.size() == 3 && size[1] == size[2] && (size[1] == 28 || size[1] == 32),
                    config.where(), ": lenet5 takes images of 28 x 28 or 32 x 32, got inputs of ",
                    c10::IntArrayRef(size), "; choose another model or data set");
  auto options = LeNet5Options(size[0], problem.outputs);
  options.activation(config.get<std::string>("activation")).pooling(config.get<std::string>("pooling"));
  const LeNet5 model(options);
  auto made = network(model);
  made.plain_layers = model->plain_layers(size[1]);
  return made;
}

const Registered<ModelEntry> kRegistered{{.name = "lenet5",
                                          .summary = "LeNet-5 for images of 28 x 28 or 32 x 32",
                                          .defaults = {{"activation", "tanh"}, {"pooling", "average"}},
                                          .network = make}};

}  // namespace
}  // namespace spinlab::models
