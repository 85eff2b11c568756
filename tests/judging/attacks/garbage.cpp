// Sends bytes that mean nothing
// verdict: graded
// with: frame.h
// twice: failed

at::Tensor fixture::twice(const at::Tensor& x) {
  const std::string junk(1 << 16, '\xff');
  (void)!write(3, junk.data(), junk.size());
  return x * 2;
}
