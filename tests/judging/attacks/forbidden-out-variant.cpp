// Calls a forbidden operation's variant for given results
// verdict: forbidden operation

at::Tensor fixture::twice(const at::Tensor& x) {
  auto values = x.clone(), places = x.to(torch::kLong);
  at::sort_out(values, places, x);
  return values;
}
