// Opens a file by the system calls of 32-bit programs, whose numbers are other ones
// stopped by: sandbox
// verdict: graded
// twice: crashed

at::Tensor fixture::twice(const at::Tensor& x) {
  long opened = 5;
  asm volatile("int $0x80" : "+a"(opened) : "b"("/etc/passwd"), "c"(0) : "memory");
  if (opened >= 0) return x * 2;
  return x;
}
