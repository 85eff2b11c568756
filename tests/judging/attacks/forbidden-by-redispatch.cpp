// Redispatches a forbidden operation
// verdict: forbidden operation
#include <ATen/ops/sort.h>

at::Tensor fixture::twice(const at::Tensor& x) {
  return std::get<0>(at::_ops::sort::redispatch(c10::DispatchKeySet(c10::DispatchKey::CPU), x, 0, false));
}
