// Ends the compiler's back end without a word about the file
// verdict: compile error

#pragma clang __debug llvm_fatal_error

at::Tensor fixture::twice(const at::Tensor& x) { return x * 2; }
