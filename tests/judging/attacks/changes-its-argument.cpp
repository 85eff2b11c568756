// Doubles in place what belongs to the caller
// verdict: graded
// twice: failed

at::Tensor fixture::twice(const at::Tensor& x) { return x.mul_(2); }
