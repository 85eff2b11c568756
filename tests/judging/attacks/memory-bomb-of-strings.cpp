// Fills the memory with strings
// stopped by: sandbox
// verdict: graded
// twice: over memory|timed out
#include <string>
#include <vector>

at::Tensor fixture::twice(const at::Tensor& x) {
  std::vector<std::string> all;
  for (;;) all.emplace_back(1 << 20, 'x');
}
