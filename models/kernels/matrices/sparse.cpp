#include <ATen/ATen.h>

#include <algorithm>

#include "models/kernels/matrices/blocks.h"
#include "models/kernels/matrices/matrices.h"

namespace spinlab::models {
namespace {

/// Rows of the kernel that are made in one pass over the points: a panel of them stays near the processor.
constexpr size_t kPanel = 2 * SparseRows::kPanel;

/// Coordinates of points, whose kernel is of their products.
struct Points {
  SparseRows x;
  at::Tensor squares;

  Points of(std::span<const int64_t> numbers) const {
    if (are_all(numbers, x.rows())) return *this;
    return {x.selected(tensor_of(numbers)), selected(squares, numbers)};
  }
};

/// Rows as the columns of a matrix (d, kPanel), those that are too few 0.
at::Tensor transposed(const SparseRows& rows) {
  auto dense = at::zeros({rows.width(), static_cast<int64_t>(kPanel)}, at::kDouble);
  const auto lengths = rows.starts().diff();
  const auto row = at::arange(rows.rows()).repeat_interleave(lengths);
  return dense.index_put_({rows.columns().to(at::kLong), row}, rows.values());
}

class SparseColumns : public KernelColumns {
 public:
  SparseColumns(KernelPtr kernel, const Points& all, Points own)
      : kernel_(std::move(kernel)), all_(all), own_(std::move(own)) {}

  int64_t count() const override { return own_.x.rows(); }

  void rows(std::span<const int64_t> rows, std::span<float* const> into) const override {
    for (size_t first = 0; first < rows.size(); first += kPanel) {
      const auto length = std::min(kPanel, rows.size() - first);
      const auto some = all_.of(rows.subspan(first, length));
      const auto panel = transposed(some.x);
      fill_rows(count(), into.subspan(first, length),
                [&](int64_t begin, int64_t many) { return block(some, panel, begin, many); });
    }
  }

  /// In float64: no cancellation shows, though the points are not taken from their middle.
  at::Tensor block(const Points& some, const at::Tensor& panel, int64_t begin, int64_t length) const {
    auto products = at::zeros({length, static_cast<int64_t>(kPanel)}, at::kDouble);
    own_.x.add_product(begin, begin + length, panel, products);
    auto K = products.narrow(1, 0, some.x.rows()).t().contiguous();
    kernel_->of_products(K, some.squares, own_.squares.narrow(0, begin, length));
    return K;
  }

 private:
  KernelPtr kernel_;
  const Points& all_;
  Points own_;
};

class Sparse : public KernelMatrix {
 public:
  Sparse(KernelPtr kernel, const SparseRows& X)
      : kernel_(std::move(kernel)), points_{kernel_->coordinates(X).to(at::kDouble), {}} {
    points_.squares = points_.x.squares();
  }

  int64_t size() const override { return points_.x.rows(); }

  /// That of points of the same squares on one axis.
  at::Tensor diagonal() const override { return kernel_->diagonal(points_.squares.sqrt().unsqueeze(1)); }

  std::unique_ptr<KernelColumns> columns(std::span<const int64_t> points) const override {
    return std::make_unique<SparseColumns>(kernel_, points_, points_.of(points));
  }

  at::Tensor exact(std::span<const int64_t> rows, std::span<const int64_t> columns) const override {
    const SparseColumns those(kernel_, points_, points_.of(columns));
    std::vector<at::Tensor> parts;
    for (size_t first = 0; first < rows.size(); first += kPanel) {
      const auto some = points_.of(rows.subspan(first, std::min(kPanel, rows.size() - first)));
      parts.push_back(those.block(some, transposed(some.x), 0, those.count()));
    }
    return at::cat(parts);
  }

 private:
  KernelPtr kernel_;
  Points points_;
};

}  // namespace

std::unique_ptr<KernelMatrix> kernel_matrix(KernelPtr kernel, const SparseRows& X) {
  return std::make_unique<Sparse>(std::move(kernel), X);
}

}  // namespace spinlab::models
