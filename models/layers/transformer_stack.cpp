#include "models/layers/transformer_stack.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <torch/nn/init.h>

#include <cmath>

namespace spinlab::models {
namespace {

constexpr double kDeviation = 0.02;

/// Sine and cosine side by side, of wavelengths from 2π to 2π · 10000.
at::Tensor sinusoidal(int64_t context, int64_t width) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "sinusoidal positions (", context, ", ", width,
  // STUB                   "): left out, 12-transformer asks for them");
  const auto turns = at::pow(10000.0, -at::arange(0, width, 2, at::kDouble) / static_cast<double>(width));
  const auto angles = at::outer(at::arange(context, at::kDouble), turns);
  return at::stack({angles.sin(), angles.cos()}, 2).flatten(1).narrow(1, 0, width).to(at::kFloat);
  // END SOLUTION
}

}  // namespace

void TransformerStackImpl::reset() {
  const auto width = options.block().attention().width();
  const auto& kind = options.positions();
  TORCH_CHECK_VALUE(kind == "learned" || kind == "sinusoidal" || kind == "rotary" || kind == "none",
                    "positions are \"learned\", \"sinusoidal\", \"rotary\" or \"none\", got \"", kind, "\"");
  TORCH_CHECK_VALUE(options.layers() > 0, "a transformer needs a layer, got ", options.layers());
  embedding = register_module("embedding", torch::nn::Embedding(options.tokens(), width));
  positions_ = at::Tensor();
  if (kind == "learned") positions_ = register_parameter("positions", at::empty({options.context(), width}));
  if (kind == "sinusoidal") positions_ = register_buffer("positions", sinusoidal(options.context(), width));
  dropout_ = register_module("dropout", torch::nn::Dropout(options.block().dropout()));
  auto block = options.block();
  block.attention().rotary(kind == "rotary");
  blocks_.clear();
  for (int64_t i = 0; i < options.layers(); ++i)
    blocks_.push_back(register_module("block" + std::to_string(i), TransformerBlock(block)));
  norm_ = nullptr;
  if (block.norm_place() == "pre") norm_ = register_module("norm", SequenceNorm(block.norm()));
  draw_weights();
}

void TransformerStackImpl::draw_weights() {
  const at::NoGradGuard outside_the_graph;
  const auto additions = static_cast<double>(options.layers() * (options.block().decoder() ? 3 : 2));
  for (auto& item : named_parameters()) {
    const auto& name = item.key();
    auto& numbers = item.value();
    if (numbers.dim() == 1) {
      if (name.ends_with("bias")) numbers.zero_();
      continue;
    }
    torch::nn::init::normal_(numbers, 0,
                             name.ends_with("out.weight") ? kDeviation / std::sqrt(additions) : kDeviation);
  }
  if (options.positions() != "sinusoidal") return;
  torch::nn::init::normal_(embedding->weight, 0,
                           1 / std::sqrt(static_cast<double>(embedding->weight.size(1))));
}

at::Tensor TransformerStackImpl::embedded(const at::Tensor& tokens, int64_t first) {
  const auto length = tokens.size(1);
  TORCH_CHECK_VALUE(first + length <= options.context(), "a sequence of ", first + length,
                    " tokens does not fit into the context of ", options.context());
  auto z = embedding->forward(tokens);
  if (options.positions() == "sinusoidal") z = z * std::sqrt(static_cast<double>(z.size(2)));
  if (positions_.defined()) z = z + positions_.narrow(0, first, length);
  return dropout_->forward(z);
}

at::Tensor TransformerStackImpl::normalised(const at::Tensor& z) { return norm_ ? norm_->forward(z) : z; }

at::Tensor TransformerStackImpl::forward(const at::Tensor& tokens, const at::Tensor& memory) {
  auto z = embedded(tokens, 0);
  for (auto& block : blocks_) z = block->forward(z, memory);
  return normalised(z);
}

at::Tensor TransformerStackImpl::read_on(const at::Tensor& tokens, StackState& state,
                                         const at::Tensor& memory) {
  state.blocks.resize(blocks_.size());
  auto z = embedded(tokens, state.length);
  for (size_t i = 0; i < blocks_.size(); ++i) z = blocks_[i]->read_on(z, state.blocks[i], memory);
  state.length += tokens.size(1);
  return normalised(z);
}

}  // namespace spinlab::models
