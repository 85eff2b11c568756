#pragma once

#include <ATen/core/Tensor.h>

#include "src/training/objectives/objective.h"

namespace spinlab::training {

/// The mean cross-entropy in nats a token. logits: (n, T, tokens); targets: int64 (n, T).
at::Tensor token_loss(const at::Tensor& logits, const at::Tensor& targets);

/// What tokens are judged by.
class TokenEvaluation : public SummedEvaluation<5> {
 protected:
  /// Of shapes as above.
  void add_tokens(const at::Tensor& logits, const at::Tensor& targets);
  /// In nats a token.
  double mean_loss() const { return sums_[0] / sums_[2]; }
  /// The share of tokens to which the largest logit belongs.
  double accuracy() const { return sums_[1] / sums_[2]; }
  /// The share of sequences in which it belongs to every one.
  double whole() const { return sums_[3] / sums_[4]; }
};

}  // namespace spinlab::training
