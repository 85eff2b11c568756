// Writes files wherever it may
// stopped by: sandbox
// verdict: graded
// twice: passed
#include <fcntl.h>

at::Tensor fixture::twice(const at::Tensor& x) {
  for (const char* file : {"/tmp/filler", "filler", "/dev/shm/filler", "/var/tmp/filler"})
    if (open(file, O_WRONLY | O_CREAT, 0600) >= 0) return x;
  return x * 2;
}
