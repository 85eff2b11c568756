#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/kernels/matrices/blocks.h"
#include "models/kernels/matrices/matrices.h"

namespace spinlab::models {
namespace {

/// Without the columns that add nothing to any product.
at::Tensor without_zeros(const at::Tensor& x) {
  return x.index_select(1, x.ne(0).any(0).nonzero().flatten()).contiguous();
}

/// Of rows in float32, and of a kernel at all. Beyond them near points are told apart wrongly.
constexpr double kMostRounding = 1e-3, kMostExactRounding = 1e-5;

/// By how much a kernel of inner products changes, as a part of its numbers, where a product of points of a
/// given square is off by a part of that: at x·x and at 0, one of which is where it changes most.
double rounding_of(const Kernel& kernel, double square, double part) {
  const auto products = std::vector{square, square * (1 - part), 0.0, square * part};
  auto k = at::tensor(products, at::kDouble).unsqueeze(0);
  kernel.of_products(k, at::full({1}, square, at::kDouble), at::full({4}, square, at::kDouble));
  const auto* at = k.const_data_ptr<double>();
  const auto change = std::max(std::abs(at[0] - at[1]), std::abs(at[2] - at[3]));
  return change > 0 ? change / std::max(std::abs(at[0]), std::abs(at[2])) : 0;
}

/// Of a kernel of inner products: x are float32 coordinates.
struct Products {
  KernelPtr kernel;
  at::Tensor x, squares;

  Products of(std::span<const int64_t> points) const {
    if (are_all(points, x.size(0))) return *this;
    return {kernel, selected(x, points), selected(squares, points)};
  }
};

class ProductColumns : public KernelColumns {
 public:
  ProductColumns(Products all, Products own) : all_(std::move(all)), own_(std::move(own)) {}

  int64_t count() const override { return own_.x.size(0); }
  void rows(std::span<const int64_t> rows, std::span<float* const> into) const override {
    const auto A = selected(all_.x, rows), squares = selected(all_.squares, rows);
    fill_rows(count(), into, [&](int64_t begin, int64_t length) {
      auto K = A.mm(own_.x.narrow(0, begin, length).t());
      own_.kernel->of_products(K, squares, own_.squares.narrow(0, begin, length));
      return K;
    });
  }

 private:
  Products all_, own_;
};

class EvaluatedColumns : public KernelColumns {
 public:
  EvaluatedColumns(KernelPtr kernel, at::Tensor all, at::Tensor own)
      : kernel_(std::move(kernel)), all_(std::move(all)), own_(std::move(own)) {}

  int64_t count() const override { return own_.size(0); }
  void rows(std::span<const int64_t> rows, std::span<float* const> into) const override {
    const auto A = selected(all_, rows);
    fill_rows(count(), into,
              [&](int64_t begin, int64_t length) { return (*kernel_)(A, own_.narrow(0, begin, length)); });
  }

 private:
  KernelPtr kernel_;
  at::Tensor all_, own_;
};

class Dense : public KernelMatrix {
 public:
  Dense(KernelPtr kernel, at::Tensor X) : kernel_(std::move(kernel)), points_(std::move(X)) {
    auto x = kernel_->coordinates(points_);
    if (!x.defined()) return;
    x = without_zeros(x.to(at::kFloat));
    products_ = {kernel_, x, x.square().sum(1)};
    TORCH_CHECK_VALUE(
        products_.squares.isfinite().all().item<bool>(),
        "the rows, as the kernel takes them, are too large for float32; scale the columns, or take a larger "
        "width");
    if (size() > 0) choose_rows();
  }

  int64_t size() const override { return points_.size(0); }
  double rounding() const override { return rounding_; }
  at::Tensor diagonal() const override { return kernel_->diagonal(points_.to(at::kDouble)); }

  std::unique_ptr<KernelColumns> columns(std::span<const int64_t> points) const override {
    if (products_.x.defined()) return std::make_unique<ProductColumns>(products_, products_.of(points));
    return std::make_unique<EvaluatedColumns>(kernel_, points_, selected(points_, points));
  }

  at::Tensor exact(std::span<const int64_t> rows, std::span<const int64_t> columns) const override {
    const auto A = selected(points_, rows).to(at::kDouble), B = selected(points_, columns).to(at::kDouble);
    auto K = at::empty({A.size(0), B.size(0)}, at::kDouble);
    for_blocks(B.size(0), [&](int64_t begin, int64_t length) {
      K.narrow(1, begin, length).copy_((*kernel_)(A, B.narrow(0, begin, length)));
    });
    return K;
  }

 private:
  /// Products of points many widths apart are large beside the distances of near ones: in float64 then.
  void choose_rows() {
    const auto largest = products_.squares.max().item<double>();
    TORCH_CHECK_VALUE(
        rounding_of(*kernel_, largest, 0x1p-53) <= kMostExactRounding,
        "the rows, as the kernel takes them, lie so far apart that rounding hides which are near "
        "each other; look for outliers, scale the columns, or take a larger width");
    if (rounding_of(*kernel_, largest, 0x1p-24) <= kMostRounding) {
      const auto mean = products_.squares.mean(at::kDouble).item<double>();
      rounding_ = std::max(rounding_, rounding_of(*kernel_, mean, 0x1p-24));
    } else {
      products_ = {};
      points_ = points_.to(at::kDouble);
    }
  }

  KernelPtr kernel_;
  at::Tensor points_;
  Products products_;  // undefined where the kernel's rows are not made of them
  double rounding_ = KernelMatrix::rounding();
};

}  // namespace

std::unique_ptr<KernelMatrix> kernel_matrix(KernelPtr kernel, const at::Tensor& X) {
  if (kernel->is_precomputed()) return kernel_matrix(X);
  return std::make_unique<Dense>(std::move(kernel), X);
}

}  // namespace spinlab::models
