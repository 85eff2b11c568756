#pragma once

#include <ATen/core/Tensor.h>

namespace spinlab::training {

/// The rows of a data set that a batch (or several) is made of, normalised: out[i] = raw[rows[i]] · scale +
/// shift, each product and each sum rounded to float32. For bytes on the CPU in one walk through memory, the
/// next rows fetched ahead: where rows are drawn at random from a set larger than the caches, waiting for
/// memory was most of the time. raw: (n, …); rows: (m) int64, or undefined for all in order; scale, shift:
/// float32, of shapes that broadcast to one row. out: float32, becomes (m, …); its memory is kept where it is
/// large enough. Throws c10::Error for a row that is not there.
void gather_normalized(at::Tensor& out, const at::Tensor& raw, const at::Tensor& rows,
                       const at::Tensor& scale, const at::Tensor& shift);

}  // namespace spinlab::training
