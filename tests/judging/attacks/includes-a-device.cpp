// Includes a device that never ends
// stopped by: sandbox
// verdict: compile error

#include "/dev/zero"

at::Tensor fixture::twice(const at::Tensor& x) { return x * 2; }
