#include "src/theory/kernels/store.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace spinlab::theory {
namespace {

/// Both sides' lines of this many numbers stay in the first cache, which whole columns of a tile would not.
constexpr int64_t kSide = 16;

template <typename T>
void transpose(T* to, int64_t to_row, const T* from, int64_t from_row, int64_t rows, int64_t columns) {
  for (int64_t i = 0; i < rows; i += kSide)
    for (int64_t j = 0; j < columns; j += kSide)
      for (int64_t y = j; y < std::min(j + kSide, columns); ++y)
        for (int64_t x = i; x < std::min(i + kSide, rows); ++x) to[y * to_row + x] = from[x * from_row + y];
}

void copy_transposed(const at::Tensor& to, const at::Tensor& one) {
  const auto from = one.contiguous();
  const auto of_type = [&]<typename T>(T*) {
    transpose(to.mutable_data_ptr<T>(), to.stride(0), from.const_data_ptr<T>(), from.stride(0), from.size(0),
              from.size(1));
  };
  if (from.scalar_type() == at::kFloat)
    of_type(static_cast<float*>(nullptr));
  else
    of_type(static_cast<double*>(nullptr));
}

}  // namespace

void store(at::Tensor& all, const at::Tensor& one, const Tile& tile, bool symmetric) {
  const auto place = all.narrow(0, tile.row, tile.rows).narrow(1, tile.column, tile.columns);
  if (tile.same) {
    place.copy_(one.tril().add_(one.tril(-1).t()));
    return;
  }
  place.copy_(one);
  if (symmetric)
    copy_transposed(all.narrow(0, tile.column, tile.columns).narrow(1, tile.row, tile.rows), one);
}

}  // namespace spinlab::theory
