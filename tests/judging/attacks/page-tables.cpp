// Reads a page of every two megabytes of a terabyte: nothing is written, but its page tables are memory
// stopped by: sandbox
// verdict: graded
// twice: passed
#include <sys/mman.h>

at::Tensor fixture::twice(const at::Tensor& x) {
  const auto terabyte = std::size_t{1} << 40;
  if (mmap(nullptr, terabyte, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED) return x;
  return x * 2;
}
