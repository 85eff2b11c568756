// Never returns
// stopped by: sandbox
// verdict: graded
// twice: timed out

at::Tensor fixture::twice(const at::Tensor& x) {
  for (volatile int i = 0;; i = i + 1) {
  }
}
