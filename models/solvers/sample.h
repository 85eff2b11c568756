#pragma once

#include <ATen/core/Tensor.h>

namespace spinlab::models {

/// At most `count` of the rows (n, …), evenly spread over them: for estimates that do not need all. The same at
/// each call.
at::Tensor evenly_spread(const at::Tensor& rows, int64_t count);

}  // namespace spinlab::models
