// Registers an operator of its own that would shadow one
// verdict: forbidden operation
#include <torch/library.h>

at::Tensor fixture::twice(const at::Tensor& x) {
  torch::Library library(torch::Library::IMPL, "aten", c10::DispatchKey::CPU, __FILE__, __LINE__);
  return x;
}
