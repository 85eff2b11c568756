#include "models/solvers/sample.h"

#include <ATen/ATen.h>

namespace spinlab::models {

at::Tensor evenly_spread(const at::Tensor& rows, int64_t count) {
  const auto n = rows.size(0);
  return count < n ? rows.index_select(0, at::arange(count).mul_(n).div_(count, "floor")) : rows;
}

}  // namespace spinlab::models
