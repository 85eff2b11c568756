#include "models/layers/sequence_norm.h"

#include <ATen/ops/layer_norm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rms_norm.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

namespace spinlab::models {

void SequenceNormImpl::reset() {
  const auto& kind = options.kind();
  TORCH_CHECK_VALUE(kind == "layer" || kind == "rms", "norm is \"layer\" or \"rms\", got \"", kind, "\"");
  weight = register_parameter("weight", at::ones({options.width()}));
  const bool shifts = kind == "layer" && options.bias();
  bias = shifts ? register_parameter("bias", at::zeros({options.width()})) : at::Tensor();
}

at::Tensor SequenceNormImpl::forward(const at::Tensor& x) {
  if (options.kind() == "rms") return at::rms_norm(x, {options.width()}, weight, options.eps());
  return at::layer_norm(x, {options.width()}, weight, bias, options.eps());
}

}  // namespace spinlab::models
