#pragma once

#include <ATen/core/Tensor.h>

namespace spinlab::training {

/// Pooling by windows of size × size side by side and its gradient, into memory of the right shape: what
/// LibTorch's kernels give, to the bit. Theirs work out the bounds of each window, which may overlap and be
/// padded, and took a fifth of a LeNet-5's step. x: (n, c, h, w), y: (n, c, h / size, w / size), contiguous
/// float or double on the CPU; others throw c10::Error.
void average_pool(at::Tensor& y, const at::Tensor& x, int64_t size);
void average_pool_backward(at::Tensor& x_gradient, const at::Tensor& y_gradient, int64_t size);

/// places: of y's shape, int32: where in the window the maximum was (the first of equals; a NaN is one).
void maximum_pool(at::Tensor& y, at::Tensor& places, const at::Tensor& x, int64_t size);
void maximum_pool_backward(at::Tensor& x_gradient, const at::Tensor& y_gradient, const at::Tensor& places,
                           int64_t size);

}  // namespace spinlab::training
