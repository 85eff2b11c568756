// Throws out of a noexcept function
// verdict: graded
// twice: crashed

at::Tensor fixture::twice(const at::Tensor& x) {
  []() noexcept { throw 1; }();
  return x;
}
