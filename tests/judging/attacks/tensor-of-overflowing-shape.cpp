// Claims a tensor whose size overflows
// verdict: graded
// with: frame.h
// twice: failed

at::Tensor fixture::twice(const at::Tensor& x) {
  std::string head(
      "\xa1\x65value\x81\xa2\x65"
      "dtype"
      "\x67"
      "float64\x65shape\x83");
  for (int i = 0; i < 3; ++i) head += std::string("\x1b\0\0\0\x7f\xff\xff\xff\xff", 9);
  send_head(head);
  return x * 2;
}
