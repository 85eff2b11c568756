// Adds a table of symbols whose names lie nowhere to its object file
// verdict: compile error

asm(".section .aaa,\"M\",@0x2,24\n .long 0x7fffffff\n .zero 20\n .text");

at::Tensor fixture::twice(const at::Tensor& x) { return x * 2; }
