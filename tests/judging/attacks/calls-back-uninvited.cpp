// Calls a function of the checker's that it was never given
// verdict: graded
// with: frame.h
// twice: failed

at::Tensor fixture::twice(const at::Tensor& x) {
  send_head(
      "\xa2\x69"
      "call back\x00\x69"
      "arguments\x80");
  return x * 2;
}
