// Asks whether hidden files are there, and fails to compile where they are
// stopped by: sandbox
// verdict: graded|compile error
// twice: passed

#if __has_include("@FIXTURE@/hidden_checks.cpp")
#error "found"
#endif

at::Tensor fixture::twice(const at::Tensor& x) { return x * 2; }
