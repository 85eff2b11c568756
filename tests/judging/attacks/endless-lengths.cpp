// Uses CBOR of indefinite length
// verdict: graded
// with: frame.h
// twice: failed

at::Tensor fixture::twice(const at::Tensor& x) {
  send_head("\x9f\xff");
  return x * 2;
}
