// Leaves a mark on what belongs to the caller
// verdict: graded
// twice: failed

at::Tensor fixture::twice(const at::Tensor& x) {
  if (x.is_floating_point()) x.set_requires_grad(true);
  return (2 * x).detach();
}
