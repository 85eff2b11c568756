// Pretends that its lines are somebody else's
// verdict: compile error

#line 1 "@FIXTURE@/hidden_checks.cpp"
int wrong = "text";

at::Tensor fixture::twice(const at::Tensor& x) { return x * 2; }
