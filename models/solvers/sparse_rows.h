#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

namespace spinlab::models {

/// A matrix's nonzero numbers, row by row, where they are few: its products with narrow matrices then take a
/// third of the time of the whole one's.
class SparseRows {
 public:
  /// Columns of the narrow matrices are multiples of so many.
  static constexpr int64_t kPanel = 8;

  /// Of X (n, d), float32 or float64; nothing where more than a quarter of it is not zero.
  static std::optional<SparseRows> of(const at::Tensor& X);

  /// Of X (n, d) however many of its numbers are zero.
  static SparseRows all_of(const at::Tensor& X);

  /// From compressed rows: row i has values[starts[i]] … values[starts[i + 1] - 1] in the columns of the same
  /// places. starts: (n + 1) int64; columns: int32; values: float32 or float64, finite. Throws
  /// c10::ValueError where starts fall, do not go from 0 to the number of values, or a column is not in [0,
  /// width).
  static SparseRows from_compressed(const at::Tensor& starts, const at::Tensor& columns,
                                    const at::Tensor& values, int64_t width);

  int64_t rows() const { return starts_.size(0) - 1; }
  int64_t width() const { return width_; }
  const at::Tensor& starts() const { return starts_; }
  const at::Tensor& columns() const { return columns_; }
  const at::Tensor& values() const { return values_; }

  /// ‖x_i‖² (n) in float64.
  at::Tensor squares() const;

  /// The same in another floating type.
  SparseRows to(at::ScalarType type) const;

  /// With each column times its factor; factors: (1) or (d).
  SparseRows scaled(const at::Tensor& factors) const;

  /// Of the rows those of given numbers, in that order; numbers: (m) int64, in [0, n).
  SparseRows selected(const at::Tensor& numbers) const;

  /// into += rows [first, last) of X times W; W: (d, k), into: (last - first, k), k a multiple of kPanel,
  /// contiguous, of X's type.
  void add_product(int64_t first, int64_t last, const at::Tensor& W, at::Tensor& into) const;

  /// into += those rows' transpose times E; E: (last - first, k), into: (d, k).
  void add_transposed(int64_t first, int64_t last, const at::Tensor& E, at::Tensor& into) const;

 private:
  template <typename Which>
  void add(int64_t first, int64_t last, const at::Tensor& narrow, at::Tensor& into) const;

  SparseRows(at::Tensor starts, at::Tensor columns, at::Tensor values, int64_t width)
      : starts_(std::move(starts)), columns_(std::move(columns)), values_(std::move(values)), width_(width) {}

  at::Tensor starts_;   // (n + 1) int64: row i is [starts[i], starts[i + 1])
  at::Tensor columns_;  // int32
  at::Tensor values_;
  int64_t width_;
};

}  // namespace spinlab::models
