#include "src/training/objectives/token_evaluation.h"

#include <ATen/ATen.h>

namespace spinlab::training {

at::Tensor token_loss(const at::Tensor& logits, const at::Tensor& targets) {
  return at::cross_entropy_loss(logits.flatten(0, 1), targets.flatten());
}

double judged_tokens(const at::Tensor& targets) {
  return targets.ne(datasets::kNotJudged).sum().item<double>();
}

TokenSums TokenSums::of(const at::Tensor& logits, const at::Tensor& targets) {
  // Summed a batch at a time in the logits' own type: a float64 copy of them would be the largest tensor of
  // all.
  const auto judged = targets.ne(datasets::kNotJudged), hits = logits.argmax(2).eq(targets);
  const auto tokens = judged.sum().item<double>();
  const auto whole = hits.logical_or(judged.logical_not()).all(1);
  return {tokens == 0 ? 0 : token_loss(logits, targets).item<double>() * tokens, hits.sum().item<double>(),
          tokens, whole.sum().item<double>(), static_cast<double>(targets.size(0))};
}

}  // namespace spinlab::training
