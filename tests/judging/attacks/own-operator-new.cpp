// Replaces operator new by one that hands out dirty memory
// verdict: graded
// twice: passed
#include <cstdlib>
#include <cstring>
#include <new>

void* operator new(std::size_t n) {
  void* memory = std::malloc(n > 0 ? n : 1);
  std::memset(memory, 7, n);
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

at::Tensor fixture::twice(const at::Tensor& x) { return x * 2; }
