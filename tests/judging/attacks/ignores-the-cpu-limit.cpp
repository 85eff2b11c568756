// Ignores the signal of the CPU limit and waits
// stopped by: sandbox
// verdict: graded
// twice: timed out
#include <signal.h>
#include <unistd.h>

at::Tensor fixture::twice(const at::Tensor& x) {
  signal(SIGXCPU, SIG_IGN);
  for (;;) pause();
}
