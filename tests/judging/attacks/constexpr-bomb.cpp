// Computes without end at compile time
// stopped by: sandbox
// verdict: compile error

constexpr long forever(long n) {
  while (n != -1) n = n * 3 + 1;
  return n;
}
static constexpr long stuck = forever(7);

at::Tensor fixture::twice(const at::Tensor& x) { return x * 2; }
