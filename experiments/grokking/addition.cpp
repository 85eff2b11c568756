#include "experiments/grokking/addition.h"

#include <ATen/ATen.h>

namespace spinlab::experiments {

double symmetric_share(const at::Tensor& logits) {
  const auto p = logits.size(0);
  auto L = logits.to(at::kDouble);
  L = L - L.mean(2, /*keepdim=*/true);
  const auto all = L.square().sum().item<double>();
  if (all == 0) return 0;
  const auto numbers = at::arange(p);
  // c = a + b + d: of each pair its logits in the order of d.
  const auto answers = (numbers.view({p, 1, 1}) + numbers.view({1, p, 1}) + numbers).remainder(p);
  const auto mean = L.gather(2, answers).mean(at::IntArrayRef({0, 1}));
  return static_cast<double>(p * p) * mean.square().sum().item<double>() / all;
}

std::vector<double> frequency_powers(const at::Tensor& embedding) {
  const auto p = embedding.size(0);
  const auto spectrum = at::fft_rfft(embedding.to(at::kDouble), std::nullopt, 0).narrow(0, 1, p / 2);
  const auto powers = spectrum.abs().square().sum(1);
  const auto shares = (powers / powers.sum()).contiguous();
  return {shares.data_ptr<double>(), shares.data_ptr<double>() + shares.numel()};
}

}  // namespace spinlab::experiments
