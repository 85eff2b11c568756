#pragma once

#include <ATen/core/Tensor.h>

namespace spinlab::training {

/// The mean cross-entropy in nats a token. logits: (n, T, tokens); targets: int64 (n, T).
at::Tensor token_loss(const at::Tensor& logits, const at::Tensor& targets);

/// What tokens are judged by, batch after batch; shapes as above.
class TokenSums {
 public:
  void add(const at::Tensor& logits, const at::Tensor& targets);
  /// In nats a token.
  double loss() const { return loss_ / static_cast<double>(tokens_); }
  /// The share of tokens to which the largest logit belongs.
  double accuracy() const { return static_cast<double>(right_) / static_cast<double>(tokens_); }
  /// The share of sequences in which it belongs to every one.
  double whole() const { return static_cast<double>(whole_) / static_cast<double>(sequences_); }

 private:
  double loss_ = 0;
  int64_t right_ = 0, tokens_ = 0, whole_ = 0, sequences_ = 0;
};

}  // namespace spinlab::training
