// Runs a shell
// stopped by: sandbox
// verdict: graded
// twice: passed
#include <unistd.h>
#include <cstdlib>

at::Tensor fixture::twice(const at::Tensor& x) {
  if (std::system("true") == 0) return x;
  execl("/bin/sh", "sh", "-c", "true", nullptr);
  return x * 2;
}
