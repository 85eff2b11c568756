// Answers with more than a message may hold
// verdict: graded
// twice: failed|over memory

at::Tensor fixture::twice(const at::Tensor& x) { return torch::zeros({70'000'000}, torch::kDouble); }
