// Sleeps through its time
// stopped by: sandbox
// verdict: graded
// twice: timed out
#include <unistd.h>

at::Tensor fixture::twice(const at::Tensor& x) {
  for (;;) sleep(100);
}
