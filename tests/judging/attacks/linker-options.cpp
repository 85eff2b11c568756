// Hides linker options in a section
// stopped by: sandbox
// verdict: graded|compile error
// twice: passed|crashed

asm(".section .note.GNU-stack,\"x\"\n.previous");

at::Tensor fixture::twice(const at::Tensor& x) { return x * 2; }
