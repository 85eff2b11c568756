// Answers in the framework's place, with nothing
// verdict: graded
// with: frame.h
// twice: failed

at::Tensor fixture::twice(const at::Tensor& x) {
  send_head("\xa1\x65value\x81\xf6");
  return x * 2;
}
