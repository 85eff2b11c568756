#include "models/kernels/matrices/blocks.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "src/core/on_all_cores.h"

namespace spinlab::models {
namespace {

constexpr int64_t kColumns = 512, kAligned = 16;

}  // namespace

at::Tensor tensor_of(std::span<const int64_t> numbers) {
  return at::from_blob(const_cast<int64_t*>(numbers.data()), {static_cast<int64_t>(numbers.size())},
                       at::kLong);
}

bool are_all(std::span<const int64_t> numbers, int64_t count) {
  if (static_cast<int64_t>(numbers.size()) != count) return false;
  for (int64_t i = 0; i < count; ++i)
    if (numbers[static_cast<size_t>(i)] != i) return false;
  return true;
}

at::Tensor selected(const at::Tensor& points, std::span<const int64_t> numbers) {
  return points.index_select(0, tensor_of(numbers));
}

void for_blocks(int64_t count, const std::function<void(int64_t begin, int64_t length)>& body) {
  // Never one block alone, whose product would be shared among as many threads as there are: the second may
  // be empty.
  const auto half = (count / 2 / kAligned + 1) * kAligned, columns = std::min(kColumns, half);
  on_all_cores(std::max<int64_t>(2, (count + columns - 1) / columns), 1, [&](int64_t first, int64_t last) {
    for (auto part = first; part < last; ++part) {
      const auto begin = part * columns, length = std::min(columns, count - begin);
      if (length > 0) body(begin, length);
    }
  });
}

void fill_rows(int64_t count, std::span<float* const> into,
               const std::function<at::Tensor(int64_t begin, int64_t length)>& block) {
  for_blocks(count, [&](int64_t begin, int64_t length) {
    const auto K = block(begin, length).to(at::kFloat).contiguous();
    const auto* from = K.const_data_ptr<float>();
    for (size_t i = 0; i < into.size(); ++i, from += length) std::copy_n(from, length, into[i] + begin);
  });
}

}  // namespace spinlab::models
