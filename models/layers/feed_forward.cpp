#include "models/layers/feed_forward.h"

#include <ATen/ops/gelu.h>
#include <ATen/ops/silu.h>
#include <c10/util/Exception.h>

namespace spinlab::models {
namespace {

int64_t usual_hidden(int64_t width, bool gated) { return gated ? (8 * width / 3 + 7) / 8 * 8 : 4 * width; }

}  // namespace

void FeedForwardImpl::reset() {
  const auto& kind = options.kind();
  TORCH_CHECK_VALUE(kind == "gelu" || kind == "relu" || kind == "swiglu",
                    "feed_forward is \"gelu\", \"relu\" or \"swiglu\", got \"", kind, "\"");
  const bool gated = kind == "swiglu";
  const auto hidden = options.hidden() > 0 ? options.hidden() : usual_hidden(options.width(), gated);
  const auto linear = [&](int64_t from, int64_t to) {
    return torch::nn::Linear(torch::nn::LinearOptions(from, to).bias(options.bias()));
  };
  in = register_module("in", linear(options.width(), gated ? 2 * hidden : hidden));
  out = register_module("out", linear(hidden, options.width()));
}

at::Tensor FeedForwardImpl::forward(const at::Tensor& x) {
  const auto z = in->forward(x);
  if (options.kind() == "gelu") return out->forward(at::gelu(z));
  if (options.kind() == "relu") return out->forward(z.relu());
  const auto halves = z.chunk(2, -1);
  return out->forward(at::silu(halves[0]) * halves[1]);
}

}  // namespace spinlab::models
