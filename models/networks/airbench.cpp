#include "models/networks/airbench.h"

#include <ATen/ops/gelu.h>
#include <c10/util/Exception.h>

#include "models/networks/halved_images.h"
#include "models/registry.h"

namespace spinlab::models {
namespace {

/// Of the published network: running statistics follow quickly, since training is short.
constexpr double kMomentum = 0.4, kEps = 1e-12;

ConvNormOptions layer(int64_t in, int64_t out) {
  return ConvNormOptions(in, out).activation("gelu").scaled(false).momentum(kMomentum).eps(kEps);
}

}  // namespace

void AirbenchImpl::reset() {
  TORCH_CHECK_VALUE(!options.widths().empty(), "airbench: widths names no block");
  const PatchWhiteningOptions patches(options.channels(), options.filters());
  whitening_ = register_module("whitening", PatchWhitening(patches));
  layers_.clear();
  auto channels = options.filters();
  for (size_t block = 0; block < options.widths().size(); ++block) {
    const auto name = "block" + std::to_string(block);
    const auto width = options.widths()[block];
    layers_.push_back(register_module(name + "_first", ConvNorm(layer(channels, width).pool(true))));
    layers_.push_back(register_module(name + "_second", ConvNorm(layer(width, width))));
    channels = width;
  }
  const auto head = torch::nn::LinearOptions(channels, options.outputs()).bias(false);
  head_ = register_module("head", torch::nn::Linear(head));
}

void AirbenchImpl::initialize(const at::Tensor& images) { whitening_->initialize(images); }

at::Tensor AirbenchImpl::forward(const at::Tensor& x) {
  auto z = at::gelu(whitening_->forward(x));
  for (auto& one : layers_) z = one->forward(z);
  return head_->forward(z.amax({2, 3})) * options.scale();
}

namespace {

Network make(const Config& config, const Problem& problem) {
  const auto widths = config.integers("widths", 1, kMaxWidth);
  require_halved_images(problem, widths.size(), c10::str("airbench of ", widths.size(), " blocks"),
                        config.where());
  auto options = AirbenchOptions(problem.input[0], problem.outputs);
  options.filters(config.integer("filters", 2, kMaxWidth))
      .widths(widths)
      .scale(config.number("scale", 1e-6, 1e6));
  return network(Airbench(options));
}

const Registered<ModelEntry> kRegistered{
    {.name = "airbench",
     .summary = "the convolutional network that reaches 94 % on CIFAR-10 in seconds on a GPU",
     .defaults = {{"filters", 24}, {"widths", {64, 256, 256}}, {"scale", 1.0 / 9}},
     .network = make}};

}  // namespace
}  // namespace spinlab::models
