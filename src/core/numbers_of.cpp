#include "src/core/numbers_of.h"

#include <ATen/ATen.h>

namespace spinlab {

std::vector<double> numbers_of(const at::Tensor& values) {
  const auto flat = values.to(at::kCPU, at::kDouble).contiguous();
  return {flat.const_data_ptr<double>(), flat.const_data_ptr<double>() + flat.numel()};
}

}  // namespace spinlab
