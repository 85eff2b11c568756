// Claims a head of 2^60 bytes
// verdict: graded
// with: frame.h
// twice: failed

at::Tensor fixture::twice(const at::Tensor& x) {
  send_frame("", 1ULL << 60, "", 0);
  return x * 2;
}
