// Sends itself SIGKILL
// stopped by: sandbox
// verdict: graded
// twice: crashed
#include <signal.h>

at::Tensor fixture::twice(const at::Tensor& x) {
  raise(SIGKILL);
  return x;
}
