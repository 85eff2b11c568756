#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/pimpl.h>

#include "models/networks/mlp.h"

namespace spinlab::models {

struct DenoisingMLPOptions {
  DenoisingMLPOptions(std::vector<int64_t> input, std::vector<int64_t> hidden)
      : input_(std::move(input)), hidden_(std::move(hidden)) {}
  /// The sizes of one example.
  TORCH_ARG(std::vector<int64_t>, input);
  TORCH_ARG(std::vector<int64_t>, hidden);
  /// See models/layers/activation.h.
  TORCH_ARG(std::string, activation) = "gelu";
  /// Sines and as many cosines of the noise level, at frequencies π, 2π, … π/2 · 2^frequencies.
  TORCH_ARG(int64_t, frequencies) = 6;
};

/// A fully connected network of noisy numbers and their noise level, both as they are and through sines and
/// cosines of it [Vaswani et al., arXiv:1706.03762, section 3.5, for the level of the noise: Ho, Jain and
/// Abbeel, arXiv:2006.11239, appendix B].
///
///     DenoisingMLP model(DenoisingMLPOptions({2}, {128, 128}));
///     auto noise = model(x, t);   // (n, 2) and (n), t in [0, 1] → (n, 2)
class DenoisingMLPImpl : public torch::nn::Cloneable<DenoisingMLPImpl> {
 public:
  explicit DenoisingMLPImpl(DenoisingMLPOptions options) : options(std::move(options)) { reset(); }
  void reset() override;

  at::Tensor forward(const at::Tensor& x, const at::Tensor& level);

  DenoisingMLPOptions options;
  MLP mlp{nullptr};
};
TORCH_MODULE(DenoisingMLP);

}  // namespace spinlab::models
