// Includes the hidden checks by their path
// verdict: compile error

#include "@FIXTURE@/hidden_checks.cpp"

at::Tensor fixture::twice(const at::Tensor& x) { return x * 2; }
