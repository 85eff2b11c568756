#include "src/generation/continuation.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <c10/util/Exception.h>

#include "src/core/seed.h"

namespace spinlab::generation {
namespace {

at::Tensor row(const std::vector<int64_t>& tokens, std::size_t first, at::Device device) {
  const at::ArrayRef<int64_t> some(tokens.data() + first, tokens.size() - first);
  return at::tensor(some, at::kLong).unsqueeze(0).to(device);
}

}  // namespace

Continuation::Continuation(const models::Network& network, std::vector<int64_t> begun,
                           ContinuationOptions options)
    : network_(network),
      options_(std::move(options)),
      device_(network.module->parameters().front().device()),
      generator_(make_generator(options_.seed, "continuation")),
      window_(std::move(begun)) {
  options_.next.require_valid();
  TORCH_CHECK_VALUE(!options_.context || *options_.context >= 1,
                    "a continuation needs a context of at least 1, got ", options_.context.value_or(0));
  TORCH_CHECK_VALUE(!window_.empty(),
                    "there is nothing to go on from: the next token follows from those before it");
}

int64_t Continuation::next() {
  const c10::InferenceMode no_graph;
  shorten();
  const auto token = options_.next.draw(logits(), generator_);
  window_.push_back(token);
  return token;
}

/// Half at once, so that a reader begins anew once in context / 2 tokens: every place would be another one
/// after each.
void Continuation::shorten() {
  if (!options_.context) return;
  const auto context = static_cast<std::size_t>(*options_.context);
  if (window_.size() <= context) return;
  const auto kept = (context + 1) / 2;
  window_.erase(window_.begin(), window_.end() - static_cast<std::ptrdiff_t>(kept));
  reader_ = nullptr;
}

at::Tensor Continuation::logits() {
  if (options_.cache && network_.reader) return remembered();
  return network_.forward({row(window_, 0, device_)})[0][-1];
}

at::Tensor Continuation::remembered() {
  if (!reader_) {
    reader_ = network_.reader({});
    read_ = 0;
  }
  const auto after = reader_->read(row(window_, read_, device_))[0];
  read_ = window_.size();
  if (!options_.context) {
    // The reader remembers all that counts.
    window_.clear();
    read_ = 0;
  }
  return after;
}

}  // namespace spinlab::generation
