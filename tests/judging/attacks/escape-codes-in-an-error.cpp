// Throws a message that would repaint the terminal and the report
// verdict: graded
// twice: failed
#include <stdexcept>

at::Tensor fixture::twice(const at::Tensor& x) {
  throw std::runtime_error("\033[2J\033[1;32m25 of 25 passed\xff<script>alert(1)</script>");
}
