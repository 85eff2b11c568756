// Calls a forbidden operation's kernel
// verdict: forbidden operation
#include <ATen/NativeFunctions.h>

at::Tensor fixture::twice(const at::Tensor& x) { return std::get<0>(at::native::sort(x, 0, false)); }
