// Asks the compiler to load a plugin and a library
// stopped by: sandbox
// verdict: compile error

#pragma comment(lib, "evil")
#pragma clang module import evil

at::Tensor fixture::twice(const at::Tensor& x) { return x * 2; }
