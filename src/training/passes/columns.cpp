#include "src/training/passes/columns.h"

#include <ATen/Dispatch.h>

#include <algorithm>

#include "src/core/on_all_cores.h"

namespace spinlab::training {
namespace {

/// Numbers that are worth a thread's while.
constexpr int64_t kGrain = 1 << 16;

/// to[j] = from[j · stride + offset] for j < count, 0 where that is not in [0, size).
template <typename T>
void take(T* to, int64_t count, const T* from, int64_t size, int64_t stride, int64_t offset) {
  const auto first = std::clamp<int64_t>((-offset + stride - 1) / stride, 0, count);
  const auto last = std::clamp<int64_t>((size - offset + stride - 1) / stride, first, count);
  std::fill(to, to + first, T(0));
  if (stride == 1) {
    std::copy(from + offset + first, from + offset + last, to + first);
  } else {
    for (auto j = first; j < last; ++j) to[j] = from[j * stride + offset];
  }
  std::fill(to + last, to + count, T(0));
}

}  // namespace

void window_columns(at::Tensor& columns, const at::Tensor& x, const Window& window) {
  const auto planes = x.size(0) * x.size(1), height = x.size(2), width = x.size(3), stride = window.stride;
  const auto rows = (height + 2 * window.padding - window.height) / stride + 1;
  const auto places = (width + 2 * window.padding - window.width) / stride + 1;
  const auto seen = window.height * window.width;
  columns.resize_({x.size(0), x.size(1) * seen, rows * places});
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "window_columns", [&] {
    auto* to = columns.mutable_data_ptr<scalar_t>();
    const auto* from = x.const_data_ptr<scalar_t>();
    on_all_cores(planes * seen, kGrain / (rows * places) + 1, [&](int64_t begin, int64_t end) {
      for (auto k = begin; k < end; ++k) {
        const auto* plane = from + k / seen * height * width;
        const auto a = k % seen / window.width, b = k % window.width;
        for (int64_t i = 0; i < rows; ++i) {
          const auto row = i * stride + a - window.padding;
          const bool inside = row >= 0 && row < height;
          take(to + (k * rows + i) * places, places, plane + (inside ? row * width : 0), inside ? width : 0,
               stride, b - window.padding);
        }
      }
    });
  });
}

}  // namespace spinlab::training
