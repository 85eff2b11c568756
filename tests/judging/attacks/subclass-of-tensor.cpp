// Answers with a sparse tensor
// verdict: graded
// twice: failed

at::Tensor fixture::twice(const at::Tensor& x) { return (x * 2).to_sparse(); }
