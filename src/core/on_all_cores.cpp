#include "src/core/on_all_cores.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/TensorIterator.h>
#include <ATen/ThreadLocalState.h>

#include <algorithm>

namespace spinlab {

/// An operator's iterator over 0 … parts - 1 hands them out from LibTorch's own compiled loop. clang has no
/// code for the runtime (libgomp) that LibTorch brings, and a second one beside it would take the cores
/// twice.
void on_all_cores(int64_t count, int64_t grain, const std::function<void(int64_t begin, int64_t end)>& body) {
  if (count <= 0) return;
  const auto most = (count + std::max<int64_t>(grain, 1) - 1) / std::max<int64_t>(grain, 1);
  const auto parts = at::in_parallel_region() ? 1 : std::min<int64_t>(most, at::get_num_threads());
  if (parts == 1) return body(0, count);
  const at::ThreadLocalState callers;
  auto numbers = at::arange(parts, at::kLong);
  auto iterator = at::TensorIterator::nullary_op(numbers);
  iterator.for_each(
      [&](char** data, const int64_t*, int64_t size) {
        const at::ThreadLocalStateGuard here(callers);
        const auto part = *reinterpret_cast<const int64_t*>(data[0]);
        body(count * part / parts, count * (part + size) / parts);
      },
      /*grain_size=*/1);
}

}  // namespace spinlab
