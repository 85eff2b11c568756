// Aborts
// verdict: graded
// twice: crashed
#include <cstdlib>

at::Tensor fixture::twice(const at::Tensor& x) {
  std::abort();
  return x;
}
