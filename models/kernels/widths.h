#pragma once

#include <ATen/core/Tensor.h>

#include "src/core/config.h"

namespace spinlab::models {

/// How widths are found that nobody gave: Euclidean distances of rows, or sums of absolute differences.
enum class Metric { kEuclidean, kManhattan };

/// The option "width" of a kernel: a number above 0, a list of them, one for each column of `rows` (n, d), or
/// null for the median distance between rows (of 1,000 spread evenly over them; 1 where that is 0). Returns
/// (1) or (d), float64. Undefined rows stand for any: the option is only checked. Throws c10::ValueError.
at::Tensor widths(const Config& options, const at::Tensor& rows, Metric metric);

/// The option "scale" of a kernel of inner products: a number above 0, or null for 1/d of `rows` (n, d), 1
/// where they are undefined.
double scale_of_products(const Config& options, const at::Tensor& rows);

}  // namespace spinlab::models
