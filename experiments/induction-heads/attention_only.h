#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include <vector>

#include "models/layers/multi_head_attention.h"
#include "models/layers/sequence_norm.h"

namespace spinlab::experiments {

struct AttentionOnlyOptions {
  AttentionOnlyOptions(int64_t symbols, int64_t width) : symbols_(symbols), width_(width) {}
  TORCH_ARG(int64_t, symbols);
  TORCH_ARG(int64_t, width);
  TORCH_ARG(int64_t, layers) = 2;
  TORCH_ARG(int64_t, heads) = 1;
};

/// A transformer of attention alone, each layer added to a stream, x ← x + attention(norm(x)), with rotary
/// positions: small enough that what its heads do can be read off their matrices [Elhage et al., A
/// Mathematical Framework for Transformer Circuits, 2021].
class AttentionOnlyImpl : public torch::nn::Cloneable<AttentionOnlyImpl> {
 public:
  explicit AttentionOnlyImpl(AttentionOnlyOptions options) : options(options) { reset(); }
  /// Throws c10::ValueError where the heads do not divide the width.
  void reset() override;

  /// int64 (n, T) → logits (n, T, symbols).
  at::Tensor forward(const at::Tensor& symbols);
  /// Of each layer its heads' weights, (n, heads, T, T).
  std::vector<at::Tensor> weights(const at::Tensor& symbols);
  /// W_E W_V W_O W_U of a layer's head, (symbols, symbols): by how much looking at the row's symbol raises
  /// the column's logit above the mean of all, the norms' scales left out.
  at::Tensor copying_matrix(size_t layer, int64_t head) const;

  AttentionOnlyOptions options;

 private:
  torch::nn::Embedding embedding_{nullptr};
  std::vector<models::MultiHeadAttention> attention_;
  std::vector<models::SequenceNorm> norms_;
  models::SequenceNorm last_norm_{nullptr};
  torch::nn::Linear out_{nullptr};
};

TORCH_MODULE(AttentionOnly);

/// Σ λ/Σ |λ| over the eigenvalues of a copying matrix, in [-1, 1]: 1 for a head that makes each symbol that
/// it looks at more likely [Elhage et al. 2021, "Summarizing OV/QK matrices"].
double copying_score(const at::Tensor& matrix);

/// The mean weight on the place before, over all places but the first. weights: (n, T, T), causal.
double previous_place_score(const at::Tensor& weights);

/// The mean weight on places that follow an earlier occurrence of the symbol, over all places that have such
/// [prefix matching: Olsson et al., arXiv:2209.11895, "Key concepts"]. weights: (n, T, T); symbols: (n, T).
double induction_score(const at::Tensor& weights, const at::Tensor& symbols);

}  // namespace spinlab::experiments
