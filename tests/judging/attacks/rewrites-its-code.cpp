// Writes a function into memory and runs it: its own process, its own loss
// stopped by: sandbox
// verdict: graded
// twice: passed
#include <sys/mman.h>
#include <cstring>

at::Tensor fixture::twice(const at::Tensor& x) {
  // mov eax, 42; ret
  const unsigned char code[] = {0xb8, 42, 0, 0, 0, 0xc3};
  void* page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  std::memcpy(page, code, sizeof code);
  if (mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0 && reinterpret_cast<int (*)()>(page)() != 42) return x;
  return x * 2;
}
