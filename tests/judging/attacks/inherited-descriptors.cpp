// Writes to every descriptor that a parent may have left
// stopped by: sandbox
// verdict: graded
// twice: failed|crashed
#include <unistd.h>

at::Tensor fixture::twice(const at::Tensor& x) {
  for (int i = 3; i < 1024; ++i) (void)!write(i, "passed\n", 7);
  return x * 2;
}
