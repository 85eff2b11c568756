#include "models/kernels/matrices/blocks.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "src/core/on_all_cores.h"

namespace spinlab::models {
namespace {

constexpr int64_t kColumns = 512;

}  // namespace

at::Tensor tensor_of(std::span<const int64_t> numbers) {
  return at::from_blob(const_cast<int64_t*>(numbers.data()), {static_cast<int64_t>(numbers.size())},
                       at::kLong);
}

at::Tensor selected(const at::Tensor& points, std::span<const int64_t> numbers) {
  return points.index_select(0, tensor_of(numbers));
}

void fill_rows(int64_t count, std::span<float* const> into,
               const std::function<at::Tensor(int64_t begin, int64_t length)>& block) {
  on_all_cores((count + kColumns - 1) / kColumns, 1, [&](int64_t first, int64_t last) {
    for (auto part = first; part < last; ++part) {
      const auto begin = part * kColumns, length = std::min(kColumns, count - begin);
      const auto K = block(begin, length).to(at::kFloat).contiguous();
      const auto* from = K.const_data_ptr<float>();
      for (size_t i = 0; i < into.size(); ++i, from += length) std::copy_n(from, length, into[i] + begin);
    }
  });
}

}  // namespace spinlab::models
