#include "src/theory/kernels/affine.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>

namespace spinlab::theory {

void Affine::check(const char* layer) const {
  TORCH_CHECK_VALUE(std::isfinite(weight_std) && weight_std >= 0 && std::isfinite(bias_std) && bias_std >= 0,
                    layer, ": standard deviations must be finite and at least 0, are ", weight_std,
                    " (weights) and ", bias_std, " (biases)");
  TORCH_CHECK_VALUE(width > 0 && std::isfinite(width), layer, ": the fan-in must be positive, is ", width);
}

/// A weight's gradient is its input, times σ_w/√N in the one parametrisation; a bias' is 1, times σ_b.
void Affine::apply(Pairs& p) const {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "a layer of weights at ", p.nngp.sizes(),
  // STUB                   ": left out, 14-infinite-width asks for it");
  const auto weight = weight_std * weight_std, bias = bias_std * bias_std;
  if (p.ntk.defined() && parametrization == Parametrization::kStandard)
    p.ntk.mul_(weight).add_(p.nngp, width).add_(bias > 0 ? 1 : 0);
  at::add_out(p.nngp, at::scalar_tensor(bias, p.nngp.options()), p.nngp, weight);  // in one pass
  if (p.ntk.defined() && parametrization == Parametrization::kNtk) at::add_out(p.ntk, p.nngp, p.ntk, weight);
  // END SOLUTION
}

Inputs Affine::of(const Inputs& summed) const {
  const auto out = [&](const at::Tensor& k) {
    return k.defined() ? k * (weight_std * weight_std) + bias_std * bias_std : k;
  };
  return {out(summed.variance), out(summed.positions)};
}

}  // namespace spinlab::theory
