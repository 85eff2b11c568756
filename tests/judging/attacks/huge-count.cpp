// Claims an array of 2^63 elements
// verdict: graded
// with: frame.h
// twice: failed

at::Tensor fixture::twice(const at::Tensor& x) {
  send_head("\x9b\x7f\xff\xff\xff\xff\xff\xff\xff");
  return x * 2;
}
