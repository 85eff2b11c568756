#include "src/generation/next_token.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>

namespace spinlab::generation {

void NextToken::require_valid() const {
  TORCH_CHECK_VALUE(temperature >= 0 && std::isfinite(temperature),
                    "the temperature must be 0 (the most probable token) or more, got ", temperature);
  TORCH_CHECK_VALUE(!top_k || *top_k >= 1, "top-k must leave a token: at least 1, got ", *top_k,
                    "; leave it out for all of them");
  TORCH_CHECK_VALUE(top_p > 0 && top_p <= 1, "top-p must lie in (0, 1], got ", top_p);
}

at::Tensor NextToken::probabilities(const at::Tensor& logits) const {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "probabilities of ", logits.sizes(),
  // STUB                   ": left out, 12-transformer asks for them");
  const auto exact = logits.to(at::kCPU, at::kDouble);
  TORCH_CHECK_VALUE(exact.isfinite().all().item<bool>(), "the network's logits are not finite");
  if (temperature == 0) {
    auto all = at::zeros_like(exact);
    all[exact.argmax().item<int64_t>()] = 1;
    return all;
  }
  auto all = (exact / temperature).softmax(0);
  if (!top_k && top_p == 1) return all;
  const auto [sorted, order] = all.sort(/*stable=*/true, /*dim=*/0, /*descending=*/true);
  auto kept = top_k ? std::min(*top_k, sorted.size(0)) : sorted.size(0);
  if (top_p < 1) {
    const auto among = sorted.narrow(0, 0, kept);
    const auto before = among.cumsum(0) - among;
    kept = before.lt(top_p * among.sum()).sum().item<int64_t>();
  }
  const auto some = sorted.narrow(0, 0, kept);
  return at::zeros_like(all).index_copy_(0, order.narrow(0, 0, kept), some / some.sum());
  // END SOLUTION
}

int64_t NextToken::draw(const at::Tensor& logits, at::Generator generator) const {
  const auto up_to = probabilities(logits).cumsum(0);
  const auto place = at::rand({}, generator, at::kDouble) * up_to[-1];
  return at::searchsorted(up_to, place, /*out_int32=*/false, /*right=*/true).item<int64_t>();
}

}  // namespace spinlab::generation
