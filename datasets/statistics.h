#pragma once

#include <ATen/core/Tensor.h>

#include <utility>

namespace spinlab::datasets {

/// Mean and deviation of images / 255, each channel by itself. images: (n, C, H, W) uint8; returns float64
/// (C, 1, 1) each. Exact: from the counts of the 256 values. A constant channel has deviation 1, so that it
/// can be divided by.
std::pair<at::Tensor, at::Tensor> channel_statistics(const at::Tensor& images);

/// Mean and deviation of each column. features: (n, d) float64; returns float64 (d) each; a constant column
/// has deviation 1.
std::pair<at::Tensor, at::Tensor> column_statistics(const at::Tensor& features);

/// Mean and deviation by which inputs of any kind are normalised, float64, shaped to broadcast over them.
/// uint8 (n, C, H, W) as channel_statistics; float64 (n, d) and (n, T, d) a column each, (n, C, H, W) a
/// channel each (C, 1, 1); of int8, whose values are taken as they are, 0 and 1. Both undefined for int64,
/// which are tokens.
std::pair<at::Tensor, at::Tensor> input_statistics(const at::Tensor& inputs);

}  // namespace spinlab::datasets
