#pragma once

#include <ATen/core/Tensor.h>

#include <span>

#include "src/training/objectives/objective.h"

namespace spinlab::training {

/// The mean cross-entropy in nats a token, of those that are judged. logits: (n, T, tokens); targets: int64
/// (n, T), kNotJudged where nothing is to be said.
at::Tensor token_loss(const at::Tensor& logits, const at::Tensor& targets);

/// How many of the targets are judged.
double judged_tokens(const at::Tensor& targets);

/// Sums over tokens that are judged and over sequences.
struct TokenSums {
  double loss, right, tokens, whole, sequences;

  static TokenSums of(const at::Tensor& logits, const at::Tensor& targets);
};

/// What tokens are judged by; an objective may sum `more` numbers of its own.
template <std::size_t more = 0>
class TokenEvaluation : public SummedEvaluation<5 + more> {
 protected:
  /// Of shapes as above.
  void add_tokens(const at::Tensor& logits, const at::Tensor& targets) {
    const auto sums = TokenSums::of(logits, targets);
    const std::array<double, 5> in_order{sums.loss, sums.right, sums.tokens, sums.whole, sums.sequences};
    for (std::size_t i = 0; i < in_order.size(); ++i) this->sums_[i] += in_order[i];
  }
  double tokens() const { return this->sums_[2]; }
  /// In nats a token.
  double mean_loss() const { return this->sums_[0] / tokens(); }
  /// The share of tokens to which the largest logit belongs.
  double accuracy() const { return this->sums_[1] / tokens(); }
  /// The share of sequences in which it belongs to every one.
  double whole() const { return this->sums_[3] / this->sums_[4]; }
  double& own(std::size_t number) { return this->sums_[5 + number]; }
  double own(std::size_t number) const { return this->sums_[5 + number]; }
};

}  // namespace spinlab::training
