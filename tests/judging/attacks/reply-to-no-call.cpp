// Sends a hundred answers to one call
// verdict: graded
// with: frame.h
// twice: failed

at::Tensor fixture::twice(const at::Tensor& x) {
  for (int i = 0; i < 100; ++i) send_head("\xa1\x65value\x81\xf6");
  return x * 2;
}
