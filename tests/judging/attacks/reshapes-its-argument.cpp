// Leaves the caller's argument in another shape
// verdict: graded
// twice: failed

at::Tensor fixture::twice(const at::Tensor& x) {
  auto answer = 2 * x;
  x.unsqueeze_(0);
  return answer;
}
