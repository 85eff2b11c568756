// Declares a forbidden operation itself, without its header
// verdict: forbidden operation

namespace at::_ops {
struct TORCH_API sort;
}  // namespace at::_ops

at::Tensor fixture::twice(const at::Tensor& x) { return std::get<0>(at::_ops::sort::call(x, 0, false)); }
