// Asks for more stack than there is, a megabyte a call.
// verdict: graded
// twice: crashed|over memory
namespace fixture {

static int deeper(int depth) {
  volatile char megabyte[1 << 20];
  for (int i = 0; i < (1 << 20); i += 4096) megabyte[i] = static_cast<char>(depth);
  return depth == 0 ? 0 : deeper(depth - 1) + megabyte[0];
}

at::Tensor twice(const at::Tensor& x) { return x * 2 + 0 * deeper(3000); }

}  // namespace fixture
