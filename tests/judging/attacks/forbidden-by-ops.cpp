// Calls a forbidden operation below its function
// verdict: forbidden operation
#include <ATen/ops/sort.h>

at::Tensor fixture::twice(const at::Tensor& x) { return std::get<0>(at::_ops::sort::call(x, 0, false)); }
