#include "models/networks/resnet.h"

#include <c10/util/Exception.h>

#include "models/networks/halved_images.h"
#include "models/registry.h"

namespace spinlab::models {
namespace {

void require_valid(const ResNetOptions& options) {
  const auto& widths = options.widths();
  TORCH_CHECK_VALUE(!widths.empty() && widths.size() == options.branches().size(),
                    "resnet: widths and branches must name the same stages, got ", widths.size(), " and ",
                    options.branches().size());
  for (const auto branch : options.branches()) {
    TORCH_CHECK_VALUE(branch >= 0, "resnet: a branch has 0 or more convolutions, got ", branch);
  }
}

}  // namespace

void ResNetImpl::reset() {
  require_valid(options);
  const PatchWhiteningOptions patches(options.channels(), options.filters());
  whitening_ = register_module("whitening", PatchWhitening(patches));
  stages_.clear();
  auto channels = options.filters();
  for (size_t s = 0; s < options.widths().size(); ++s) {
    stages_.push_back(make_stage(s, channels));
    channels = options.widths()[s];
  }
  const auto head = torch::nn::LinearOptions(channels, options.outputs()).bias(false);
  head_ = register_module("head", torch::nn::Linear(head));
}

ResNetImpl::Stage ResNetImpl::make_stage(size_t number, int64_t in_channels) {
  const auto name = "stage" + std::to_string(number);
  const auto width = options.widths()[number];
  const auto down = ConvNormOptions(in_channels, width).pool(true);
  Stage stage{register_module(name + "_down", ConvNorm(down)), {}};
  for (int64_t i = 0; i < options.branches()[number]; ++i) {
    const auto layer = name + "_branch" + std::to_string(i);
    stage.branch.push_back(register_module(layer, ConvNorm(ConvNormOptions(width, width))));
  }
  return stage;
}

void ResNetImpl::initialize(const at::Tensor& images) { whitening_->initialize(images); }

at::Tensor ResNetImpl::forward(const at::Tensor& x) {
  auto z = whitening_->forward(x).relu_();
  for (auto& stage : stages_) z = stage.forward(z);
  return head_->forward(z.amax({2, 3})) * options.scale();
}

at::Tensor ResNetImpl::Stage::forward(const at::Tensor& x) {
  const auto entry = down->forward(x);
  if (branch.empty()) return entry;
  auto z = entry;
  for (auto& layer : branch) z = layer->forward(z);
  return entry + z;
}

namespace {

constexpr int64_t kMaxBranch = 1000;

Network make(const Config& config, const Problem& problem) {
  const auto stages = config.integers("widths", 1, kMaxWidth);
  require_halved_images(problem, stages.size(), c10::str("a resnet of ", stages.size(), " stages"),
                        config.where());
  auto options = ResNetOptions(problem.input[0], problem.outputs);
  options.filters(config.integer("filters", 2, kMaxWidth))
      .widths(stages)
      .branches(config.integers("branches", 0, kMaxBranch))
      .scale(config.number("scale", 1e-6, 1e6));
  return network(ResNet(options));
}

const Registered<ModelEntry> kRegistered{
    {.name = "resnet",
     .summary = "a small residual network for images, its first layer whitening",
     .defaults = {{"filters", 24}, {"widths", {32, 64, 128}}, {"branches", {0, 2, 2}}, {"scale", 0.125}},
     .network = make}};

}  // namespace
}  // namespace spinlab::models
