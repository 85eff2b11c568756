// Embeds the hidden checks as data
// stopped by: sandbox
// verdict: compile error

static const unsigned char hidden[] = {
#embed "@FIXTURE@/hidden_checks.cpp"
};

at::Tensor fixture::twice(const at::Tensor& x) { return x * 2; }
