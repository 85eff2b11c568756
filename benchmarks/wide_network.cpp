#include "benchmarks/wide_network.h"

#include <ATen/ATen.h>

#include "src/core/seed.h"

namespace spinlab::benchmarks {

theory::LayerPtr WideNetwork::layers() const {
  std::vector<theory::LayerPtr> all;
  for (int64_t l = 0; l < depth; ++l) {
    all.push_back(end.empty()
                      ? theory::dense(weight_std, bias_std)
                      : theory::convolution({.weight_std = weight_std, .bias_std = bias_std, .size = 3}));
    all.push_back(theory::activation(phi));
  }
  if (!end.empty()) all.push_back(end == "flatten" ? theory::flatten() : theory::average_pool());
  all.push_back(theory::dense(weight_std, bias_std));
  return theory::sequential(std::move(all));
}

Json WideNetwork::json() const {
  return {{"phi", phi}, {"depth", depth}, {"end", end}, {"weight_std", weight_std}, {"bias_std", bias_std}};
}

at::Tensor wide_inputs(int64_t n, std::vector<int64_t> shape) {
  const auto generator = make_generator(1, "wide inputs");
  const auto common = at::randn(shape, generator, at::kDouble);
  shape.insert(shape.begin(), n);
  return at::randn(shape, generator, at::kDouble).add_(common);
}

}  // namespace spinlab::benchmarks
