// Writes through a null pointer
// verdict: graded
// twice: crashed

at::Tensor fixture::twice(const at::Tensor& x) {
  volatile int* nowhere = nullptr;
  *nowhere = 1;
  return x;
}
