// Leaves by quick_exit with a handler
// verdict: graded
// twice: crashed
#include <unistd.h>
#include <cstdlib>

at::Tensor fixture::twice(const at::Tensor& x) {
  std::at_quick_exit([] { _exit(0); });
  std::quick_exit(0);
  return x;
}
