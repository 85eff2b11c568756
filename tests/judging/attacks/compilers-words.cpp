// Has the compiler complain in the words of a compiler that can't work here
// verdict: compile error

#line 1 "fatal error: "
int wrong = "text";

at::Tensor fixture::twice(const at::Tensor& x) { return x * 2; }
