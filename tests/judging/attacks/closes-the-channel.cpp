// Closes the channel and goes on
// stopped by: sandbox
// verdict: graded
// with: frame.h
// twice: crashed|timed out

at::Tensor fixture::twice(const at::Tensor& x) {
  close(3);
  for (;;) sleep(1);
}
