// Kills its parent, the first process, and everybody
// stopped by: sandbox
// verdict: graded
// twice: passed
#include <signal.h>
#include <unistd.h>

at::Tensor fixture::twice(const at::Tensor& x) {
  if (kill(getppid(), SIGKILL) == 0 || kill(1, SIGKILL) == 0 || kill(-1, SIGKILL) == 0 ||
      kill(0, SIGKILL) == 0)
    return x;
  return x * 2;
}
