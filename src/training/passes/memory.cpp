#include "src/training/passes/memory.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros_like.h>

namespace spinlab::training {

KeptParameter::KeptParameter(const at::Tensor& tensor)
    : tensor_(tensor),
      value(tensor.defined() ? tensor.detach() : tensor),
      gradient(tensor.defined() ? at::zeros_like(value) : tensor) {}

void keep_sized(at::Tensor& buffer, const at::Tensor& like, at::IntArrayRef sizes) {
  if (!buffer.defined()) buffer = at::empty({0}, like.options());
  if (buffer.sizes() != sizes) buffer.resize_(sizes);
}

}  // namespace spinlab::training
