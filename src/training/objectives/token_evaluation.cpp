#include "src/training/objectives/token_evaluation.h"

#include <ATen/ATen.h>

namespace spinlab::training {

at::Tensor token_loss(const at::Tensor& logits, const at::Tensor& targets) {
  return at::cross_entropy_loss(logits.flatten(0, 1), targets.flatten());
}

void TokenEvaluation::add_tokens(const at::Tensor& logits, const at::Tensor& targets) {
  auto& [loss, right, tokens, whole, sequences] = sums_;
  // Summed a batch at a time in the logits' own type: a float64 copy of them would be the largest tensor of
  // all.
  loss += token_loss(logits, targets).item<double>() * static_cast<double>(targets.numel());
  const auto hits = logits.argmax(2).eq(targets);
  right += hits.sum().item<double>();
  tokens += static_cast<double>(targets.numel());
  whole += hits.all(1).sum().item<double>();
  sequences += static_cast<double>(targets.size(0));
}

}  // namespace spinlab::training
