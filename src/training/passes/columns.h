#pragma once

#include <ATen/core/Tensor.h>

namespace spinlab::training {

/// How a convolution's window moves.
struct Window {
  int64_t height, width, stride, padding;
};

/// What the window sees at each of its places, as columns: (n, c, h, w) → (n, c · height · width, places),
/// at::im2col to the bit at a quarter of its time. columns: its memory is kept where it is large enough. x:
/// contiguous float or double on the CPU, at least as large as the window with the padding.
void window_columns(at::Tensor& columns, const at::Tensor& x, const Window& window);

}  // namespace spinlab::training
