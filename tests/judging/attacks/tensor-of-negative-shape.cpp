// Claims a tensor of a negative size
// verdict: graded
// with: frame.h
// twice: failed

at::Tensor fixture::twice(const at::Tensor& x) {
  send_head(
      "\xa1\x65value\x81\xa2\x65"
      "dtype"
      "\x67"
      "float64\x65shape\x81\x20",
      "12345678");
  return x * 2;
}
