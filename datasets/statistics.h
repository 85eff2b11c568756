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

}  // namespace spinlab::datasets
