// Recurses without end
// stopped by: sandbox
// verdict: graded
// twice: crashed

namespace {
__attribute__((optnone)) long depth(volatile long n) { return n < 0 ? n : depth(n + 1) + n; }
}  // namespace

at::Tensor fixture::twice(const at::Tensor& x) { return depth(0) > 0 ? x : x * 2; }
