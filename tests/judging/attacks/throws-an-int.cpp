// Throws what is no exception
// verdict: graded
// twice: failed

at::Tensor fixture::twice(const at::Tensor& x) { throw 42; }
