// Leaves without running destructors
// verdict: graded
// twice: crashed
#include <unistd.h>

at::Tensor fixture::twice(const at::Tensor& x) {
  _exit(0);
  return x;
}
