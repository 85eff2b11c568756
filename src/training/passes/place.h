#pragma once

#include <ATen/core/Tensor.h>

#include "src/training/batches/augmentation.h"

namespace spinlab::training {

/// Whether place_normalized can: bytes or int8 on the CPU, in order, with one scale and shift for all numbers
/// or one a channel.
bool places_at_once(const at::Tensor& raw, const at::Tensor& scale, const at::Tensor& shift);

/// Augmented images of a batch in one walk: out[i] = placed raw[rows[i]] · scale + shift, as `placed` has
/// them, 0 where that is the mean; the same bits as those operations one after the other. raw: (n, C, H, W);
/// rows: int64 (m); out: float32 (m, C, H, W), in its own order of memory, NCHW or channels last.
void place_normalized(at::Tensor& out, const at::Tensor& raw, const at::Tensor& rows,
                      const Placements& placements, const at::Tensor& scale, const at::Tensor& shift);

}  // namespace spinlab::training
