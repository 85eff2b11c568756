// Claims a payload of 2^60 bytes
// verdict: graded
// with: frame.h
// twice: failed

at::Tensor fixture::twice(const at::Tensor& x) {
  send_frame("\x80", 1, "", 1ULL << 60);
  return x * 2;
}
