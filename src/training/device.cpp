#include "src/training/device.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <malloc.h>

#include <optional>

namespace spinlab::training {
namespace {

std::optional<at::Device> parse(const std::string& name) {
  try {
    return at::Device(name);
  } catch (const c10::Error&) {
    return std::nullopt;
  }
}

}  // namespace

at::Device choose_device(const std::string& name) {
  if (name == "auto")
    return at::hasCUDA() && at::detail::getCUDAHooks().deviceCount() > 0 ? at::kCUDA : at::kCPU;
  const auto device = parse(name);
  TORCH_CHECK_VALUE(device && (device->is_cpu() || device->is_cuda()), "there is no device \"", name,
                    "\"; use cpu, cuda, cuda:N or auto");
  if (device->is_cpu()) return *device;
  const auto count = at::hasCUDA() ? at::detail::getCUDAHooks().deviceCount() : 0;
  TORCH_CHECK_VALUE(count > 0 && device->index() < count, "the device ", name,
                    " is not there: ", count == 0 ? "this LibTorch sees no GPU" : "too large a number",
                    "; use --device cpu or auto");
  return *device;
}

void keep_freed_memory() {
  ::mallopt(M_MMAP_THRESHOLD, 1 << 30);
  ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

ThreadScope::ThreadScope(int threads) : before_(at::get_num_threads()) {
  if (threads != before_) at::set_num_threads(threads);
}

ThreadScope::~ThreadScope() {
  if (at::get_num_threads() != before_) at::set_num_threads(before_);
}

}  // namespace spinlab::training
