#include "src/theory/duals/value_and_slope.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <torch/csrc/autograd/autograd.h>

namespace spinlab::theory {

ValueAndSlope value_and_slope(const std::function<at::Tensor(const at::Tensor&)>& phi, const at::Tensor& u) {
  const at::AutoGradMode with_gradient(true);
  const auto argument = u.detach().requires_grad_(true);
  const auto value = phi(argument);
  TORCH_CHECK_VALUE(value.defined() && value.sizes() == u.sizes() && value.scalar_type() == at::kDouble,
                    "φ must give a float64 tensor of its argument's shape");
  if (!value.requires_grad()) return {value.detach(), at::zeros_like(u)};  // a constant
  const auto slope =
      torch::autograd::grad({value.sum()}, {argument}, {}, std::nullopt, false, /*allow_unused=*/true)[0];
  return {value.detach(), slope.defined() ? slope : at::zeros_like(u)};
}

}  // namespace spinlab::theory
