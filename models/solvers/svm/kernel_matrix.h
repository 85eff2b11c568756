#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <span>

namespace spinlab::models {

/// Columns of a kernel matrix, of which rows are asked for many at a time.
class KernelColumns {
 public:
  virtual ~KernelColumns() = default;
  virtual int64_t count() const = 0;
  /// into[i][j] = k(point rows[i], column j), i below rows.size(); the same numbers whatever the number of
  /// threads.
  virtual void rows(std::span<const int64_t> rows, std::span<float* const> into) const = 0;
};

/// A symmetric kernel matrix of n points that is too large to be held.
class KernelMatrix {
 public:
  virtual ~KernelMatrix() = default;
  virtual int64_t size() const = 0;
  /// k(x, x) of all points, float64.
  virtual at::Tensor diagonal() const = 0;
  /// Those of some points, in that order.
  virtual std::unique_ptr<KernelColumns> columns(std::span<const int64_t> points) const = 0;
  /// By how much a number of those rows may be off, about, as a part of the largest k(x, x).
  virtual double rounding() const { return 0x1p-23; }
  /// k of all pairs of some points and others, (rows, columns) float64, as exact as that is: for where the
  /// rounding of the rows above shows.
  virtual at::Tensor exact(std::span<const int64_t> rows, std::span<const int64_t> columns) const = 0;
};

}  // namespace spinlab::models
