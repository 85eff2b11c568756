// Takes the address of a forbidden operation
// verdict: forbidden operation

at::Tensor fixture::twice(const at::Tensor& x) {
  std::tuple<at::Tensor, at::Tensor> (*sort)(const at::Tensor&, int64_t, bool) = &at::sort;
  return std::get<0>(sort(x, 0, false));
}
