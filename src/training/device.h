#pragma once

#include <c10/core/Device.h>

#include <string>

namespace spinlab::training {

/// "cpu", "cuda" (or "cuda:1") or "auto", which is CUDA where there is a GPU. Throws c10::ValueError for
/// another name or a GPU that is not there.
at::Device choose_device(const std::string& name);

/// Has glibc keep freed memory instead of giving it back to the kernel: a step frees and asks again for the
/// same large blocks, and fetching fresh pages for them took a fifth of the time of a convolutional network.
/// For the whole process.
void keep_freed_memory();

/// Sets LibTorch's threads for a scope.
class ThreadScope {
 public:
  explicit ThreadScope(int threads);
  ~ThreadScope();
  ThreadScope(const ThreadScope&) = delete;
  ThreadScope& operator=(const ThreadScope&) = delete;

 private:
  int before_;
};

}  // namespace spinlab::training
