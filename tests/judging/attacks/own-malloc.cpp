// Replaces malloc
// verdict: graded
// twice: passed|crashed|over memory
// others: passed|crashed|over memory|failed
#include <cstddef>

extern "C" void* malloc(std::size_t) { return nullptr; }

at::Tensor fixture::twice(const at::Tensor& x) { return x * 2; }
