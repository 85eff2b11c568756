// Expands a macro to 2^30 tokens
// verdict: compile error

#define A(x) x x x x x x x x x x
#define B(x) A(A(A(x)))
#define C(x) B(B(B(x)))
static const char* bomb = C("x");

at::Tensor fixture::twice(const at::Tensor& x) { return x * 2; }
