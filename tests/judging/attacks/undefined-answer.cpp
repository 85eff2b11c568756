// Answers with no tensor
// verdict: graded
// twice: failed

at::Tensor fixture::twice(const at::Tensor& x) { return at::Tensor(); }
