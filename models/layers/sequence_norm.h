#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/pimpl.h>

#include <string>

namespace spinlab::models {

struct SequenceNormOptions {
  explicit SequenceNormOptions(int64_t width) : width_(width) {}
  TORCH_ARG(int64_t, width);
  /// "layer": γ (x - mean)/√(variance + eps) + β [Ba, Kiros and Hinton, arXiv:1607.06450]; "rms": γ x/√(mean
  /// square + eps) [Zhang and Sennrich, arXiv:1910.07467].
  TORCH_ARG(std::string, kind) = "layer";
  /// Whether layer norm has a β.
  TORCH_ARG(bool, bias) = true;
  TORCH_ARG(double, eps) = 1e-5;
};

/// Normalises each place of a sequence by itself. x: (…, width).
class SequenceNormImpl : public torch::nn::Cloneable<SequenceNormImpl> {
 public:
  explicit SequenceNormImpl(SequenceNormOptions options) : options(std::move(options)) { reset(); }
  /// Throws c10::ValueError for another kind.
  void reset() override;
  at::Tensor forward(const at::Tensor& x);

  SequenceNormOptions options;
  /// (width); bias is undefined where there is none.
  at::Tensor weight, bias;
};

TORCH_MODULE(SequenceNorm);

}  // namespace spinlab::models
