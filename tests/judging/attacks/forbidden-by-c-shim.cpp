// Reaches the dispatcher by LibTorch's C interface, with the operator's name in a string
// verdict: forbidden operation
extern "C" int aoti_torch_call_dispatcher(const char*, const char*, std::uint64_t*);

at::Tensor fixture::twice(const at::Tensor& x) {
  auto* y = new at::Tensor(x);
  std::uint64_t stack[8] = {reinterpret_cast<std::uint64_t>(y), static_cast<std::uint64_t>(-1), 0};
  aoti_torch_call_dispatcher("aten::sort", "", stack);
  return x * 2;
}
