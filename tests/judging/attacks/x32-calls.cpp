// Asks for its process number by the x32 numbering
// stopped by: sandbox
// verdict: graded
// twice: failed|crashed
#include <unistd.h>

at::Tensor fixture::twice(const at::Tensor& x) {
  if (syscall(0x40000000 + 39) > 0) return x * 2;
  return x;
}
