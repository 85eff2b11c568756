// Has TorchScript compile a forbidden operation
// verdict: forbidden operation
#include <torch/csrc/jit/api/compilation_unit.h>
#include <torch/jit.h>

at::Tensor fixture::twice(const at::Tensor& x) {
  return torch::jit::compile("def f(x):\n  return x.sort()[0]")->run_method("f", x).toTensor();
}
