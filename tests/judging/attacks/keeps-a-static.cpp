// Answers rightly once, and later from what it kept
// verdict: graded
// twice: failed

at::Tensor fixture::twice(const at::Tensor& x) {
  static at::Tensor kept = at::zeros_like(x);
  auto answer = 2 * x + kept.sum();
  kept = at::ones_like(x);
  return answer;
}
