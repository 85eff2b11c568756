#include "src/theory/kernels/spread.h"

#include <ATen/ATen.h>

namespace spinlab::theory {
namespace {

at::Tensor with_ones(at::Tensor a, int64_t at, int64_t count) {
  for (int64_t i = 0; i < count; ++i) a = a.unsqueeze(at);
  return a;
}

}  // namespace

at::Tensor Spread::left(const at::Tensor& a) const {
  return with_ones(a.unsqueeze(1), -2, any_two_ ? places_ : 0);
}
at::Tensor Spread::right(const at::Tensor& b) const {
  return with_ones(b.unsqueeze(0), 2, any_two_ ? places_ : 0);
}

std::pair<at::Tensor, at::Tensor> both_positions(const Inputs& x, const at::Tensor& a) {
  const auto places = x.variance.dim() - 1;
  return {with_ones(a, -2, places), with_ones(a, 1, places)};
}

}  // namespace spinlab::theory
