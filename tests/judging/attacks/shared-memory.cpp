// Takes memory that is not counted as its own
// stopped by: sandbox
// verdict: graded
// twice: passed
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

at::Tensor fixture::twice(const at::Tensor& x) {
  if (mmap(nullptr, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
    return x;
  if (syscall(SYS_memfd_create, "x", 0) >= 0 || shmget(1, 1 << 20, IPC_CREAT | 0600) >= 0) return x;
  return x * 2;
}
