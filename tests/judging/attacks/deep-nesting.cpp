// Nests a hundred thousand arrays
// verdict: graded
// with: frame.h
// twice: failed

at::Tensor fixture::twice(const at::Tensor& x) {
  send_head(std::string(100000, '\x81') + "\x80");
  return x * 2;
}
