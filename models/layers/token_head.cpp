#include "models/layers/token_head.h"

#include <ATen/ops/randn.h>

namespace spinlab::models {
namespace {

constexpr double kDeviation = 0.02;

}  // namespace

void TokenHeadImpl::reset() {
  weight = at::Tensor();
  if (options.tied()) return;
  weight = register_parameter("weight", kDeviation * at::randn({options.tokens(), options.width()}));
}

at::Tensor TokenHeadImpl::forward(const at::Tensor& z, const at::Tensor& embedding) {
  return z.matmul((options.tied() ? embedding.narrow(0, 0, options.tokens()) : weight).t());
}

}  // namespace spinlab::models
