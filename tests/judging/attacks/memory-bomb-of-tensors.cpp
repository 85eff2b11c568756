// Asks for a tensor larger than the limit
// stopped by: sandbox
// verdict: graded
// twice: over memory

at::Tensor fixture::twice(const at::Tensor& x) { return torch::zeros({1 << 30}, torch::kDouble); }
