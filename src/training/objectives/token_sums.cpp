#include "src/training/objectives/token_sums.h"

#include <ATen/ATen.h>

namespace spinlab::training {

at::Tensor token_loss(const at::Tensor& logits, const at::Tensor& targets) {
  return at::cross_entropy_loss(logits.flatten(0, 1), targets.flatten());
}

void TokenSums::add(const at::Tensor& logits, const at::Tensor& targets) {
  // Summed a batch at a time in the logits' own type: a float64 copy of them would be the largest tensor of all.
  loss_ += token_loss(logits, targets).item<double>() * static_cast<double>(targets.numel());
  const auto right = logits.argmax(2).eq(targets);
  right_ += right.sum().item<int64_t>();
  tokens_ += targets.numel();
  whole_ += right.all(1).sum().item<int64_t>();
  sequences_ += targets.size(0);
}

}  // namespace spinlab::training
