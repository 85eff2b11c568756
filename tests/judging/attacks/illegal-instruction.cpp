// Executes no instruction
// verdict: graded
// twice: crashed

at::Tensor fixture::twice(const at::Tensor& x) {
  asm volatile("ud2");
  return x;
}
