#include "models/networks/deep_resnet.h"

#include <ATen/ops/constant_pad_nd.h>
#include <c10/util/Exception.h>
#include <torch/nn/init.h>

#include "models/registry.h"

namespace spinlab::models {

using torch::nn::Conv2d;
using torch::nn::Conv2dOptions;

namespace {

constexpr int64_t kStages = 3, kFirstWidth = 16;

Conv2d convolution(int64_t in, int64_t out, int64_t kernel, int64_t stride) {
  Conv2d made(Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2).bias(false));
  torch::nn::init::kaiming_normal_(made->weight, 0, torch::kFanIn, torch::kReLU);
  return made;
}

int64_t blocks_a_stage(const DeepResNetOptions& options) {
  const auto others = options.shortcut() == "projection" ? 4 : 2;
  TORCH_CHECK_VALUE(options.depth() > others && (options.depth() - others) % 6 == 0,
                    "deep_resnet: with the shortcut \"", options.shortcut(), "\" a depth is 6 blocks + ",
                    others, " (", others + 6, ", ", others + 12, ", ", others + 18, ", …), got ",
                    options.depth());
  return (options.depth() - others) / 6;
}

at::Tensor padded_shortcut(const at::Tensor& x, int64_t stride, int64_t channels) {
  const auto kept = x.slice(2, 0, x.size(2), stride).slice(3, 0, x.size(3), stride);
  return at::constant_pad_nd(kept, {0, 0, 0, 0, 0, channels - x.size(1)});
}

}  // namespace

void DeepResNetImpl::reset() {
  const auto& kind = options.shortcut();
  TORCH_CHECK_VALUE(kind == "pad" || kind == "projection" || kind == "none",
                    "deep_resnet: the shortcut is \"pad\", \"projection\" or \"none\", got \"", kind, "\"");
  const auto count = blocks_a_stage(options);
  blocks_.clear();
  entry_ = register_module("entry", convolution(options.channels(), kFirstWidth, 3, 1));
  auto channels = kFirstWidth;
  if (!options.preactivation()) norm_ = make_norm("norm", channels);
  for (int64_t stage = 0; stage < kStages; ++stage) {
    const auto width = (kFirstWidth << stage) * options.widen();
    for (int64_t i = 0; i < count; ++i) {
      const auto name = "stage" + std::to_string(stage) + "_block" + std::to_string(i);
      blocks_.push_back(make_block(name, channels, width, i == 0 && stage > 0 ? 2 : 1));
      channels = width;
    }
  }
  if (options.preactivation()) norm_ = make_norm("norm", channels);
  dropout_ = register_module("dropout", torch::nn::Dropout(options.dropout()));
  head_ = register_module("head", torch::nn::Linear(channels, options.outputs()));
  torch::nn::init::kaiming_normal_(head_->weight, 0, torch::kFanIn, torch::kLinear);
  torch::nn::init::zeros_(head_->bias);
}

ChannelNorm DeepResNetImpl::make_norm(const std::string& name, int64_t channels) {
  const auto norm = ChannelNormOptions(channels).kind(options.norm()).groups(options.groups());
  return register_module(name, ChannelNorm(norm));
}

DeepResNetImpl::Block DeepResNetImpl::make_block(const std::string& name, int64_t in, int64_t out,
                                                 int64_t stride) {
  const bool before = options.preactivation();
  Block made{make_norm(name + "_norm1", before ? in : out), make_norm(name + "_norm2", out),
             register_module(name + "_conv1", convolution(in, out, 3, stride)),
             register_module(name + "_conv2", convolution(out, out, 3, 1)), nullptr};
  if (options.shortcut() == "projection" && (in != out || stride != 1))
    made.projection = register_module(name + "_projection", convolution(in, out, 1, stride));
  return made;
}

at::Tensor DeepResNetImpl::shortcut(Block& layers, const at::Tensor& x) const {
  if (options.shortcut() == "none") return {};
  if (layers.projection) return layers.projection->forward(x);
  const auto& conv = layers.conv1->options;
  if (conv.in_channels() == conv.out_channels()) return x;
  return padded_shortcut(x, conv.stride()->at(0), conv.out_channels());
}

at::Tensor DeepResNetImpl::block(Block& layers, const at::Tensor& x) {
  auto z = layers.norm1->forward(layers.conv1->forward(x)).relu_();
  z = layers.norm2->forward(layers.conv2->forward(dropout_->forward(z)));
  const auto added = shortcut(layers, x);
  return (added.defined() ? z + added : z).relu_();
}

at::Tensor DeepResNetImpl::preactivated_block(Block& layers, const at::Tensor& x) {
  const auto entry = layers.norm1->forward(x).relu_();
  auto z = layers.norm2->forward(layers.conv1->forward(entry)).relu_();
  z = layers.conv2->forward(dropout_->forward(z));
  // A projection sees what the branch sees, an identity the sum itself.
  const auto added = shortcut(layers, layers.projection ? entry : x);
  return added.defined() ? z + added : z;
}

at::Tensor DeepResNetImpl::forward(const at::Tensor& x) {
  const bool before = options.preactivation();
  auto z = entry_->forward(x);
  if (!before) z = norm_->forward(z).relu_();
  for (auto& layers : blocks_) z = before ? preactivated_block(layers, z) : block(layers, z);
  if (before) z = norm_->forward(z).relu_();
  return head_->forward(z.mean({2, 3}));
}

namespace {

constexpr int64_t kMaxDepth = 10'000, kMaxWiden = 1000;

Network make(const Config& config, const Problem& problem) {
  TORCH_CHECK_VALUE(problem.input.size() == 3, config.where(), ": deep_resnet takes images, got inputs of ",
                    c10::IntArrayRef(problem.input), "; choose another model or data set");
  auto options = DeepResNetOptions(problem.input[0], problem.outputs);
  options.depth(config.integer("depth", 1, kMaxDepth))
      .widen(config.integer("widen", 1, kMaxWiden))
      .shortcut(config.get<std::string>("shortcut"))
      .preactivation(config.get<bool>("preactivation"))
      .norm(config.get<std::string>("norm"))
      .groups(config.integer("groups", 1, kFirstWidth * kMaxWiden))
      .dropout(config.number("dropout", 0, 0.999));
  return network(DeepResNet(options));
}

const Registered<ModelEntry> kRegistered{
    {.name = "deep_resnet",
     .summary = "residual networks for images as published: ResNet-20 to -110, preactivated, wide",
     .defaults = {{"depth", 20},
                  {"widen", 1},
                  {"shortcut", "pad"},
                  {"preactivation", false},
                  {"norm", "batch"},
                  {"groups", 8},
                  {"dropout", 0.0}},
     .network = make}};

}  // namespace
}  // namespace spinlab::models
