#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include <string>

namespace spinlab::models {

struct FeedForwardOptions {
  explicit FeedForwardOptions(int64_t width) : width_(width) {}
  TORCH_ARG(int64_t, width);
  /// 0: 4 · width; with a gate, which has a third matrix, 8/3 of it rounded up to a multiple of 8, so that
  /// there are about as many parameters.
  TORCH_ARG(int64_t, hidden) = 0;
  /// "gelu" and "relu": W₂ φ(W₁ x); "swiglu": W₂ (swish(W₁ x) ∘ W₃ x) [Shazeer, arXiv:2002.05202, equation
  /// 6].
  TORCH_ARG(std::string, kind) = "gelu";
  TORCH_ARG(bool, bias) = true;
};

/// What a transformer does with each place by itself. x: (…, width), the same shape back.
class FeedForwardImpl : public torch::nn::Cloneable<FeedForwardImpl> {
 public:
  explicit FeedForwardImpl(FeedForwardOptions options) : options(std::move(options)) { reset(); }
  /// Throws c10::ValueError for another kind.
  void reset() override;
  at::Tensor forward(const at::Tensor& x);

  FeedForwardOptions options;
  /// `in` makes the gated numbers and their gates side by side, (2 · hidden) rows.
  torch::nn::Linear in{nullptr}, out{nullptr};
};

TORCH_MODULE(FeedForward);

}  // namespace spinlab::models
