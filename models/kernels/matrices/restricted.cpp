#include <c10/util/Exception.h>

#include "models/kernels/matrices/blocks.h"
#include "models/kernels/matrices/matrices.h"

namespace spinlab::models {
namespace {

class Restricted : public KernelMatrix {
 public:
  Restricted(const KernelMatrix& whole, std::vector<int64_t> points)
      : whole_(whole), points_(std::move(points)) {}

  int64_t size() const override { return static_cast<int64_t>(points_.size()); }
  at::Tensor diagonal() const override { return selected(whole_.diagonal(), points_); }
  std::unique_ptr<KernelColumns> columns(std::span<const int64_t> points) const override {
    return std::make_unique<Columns>(*this, whole_.columns(of(points)));
  }
  double rounding() const override { return whole_.rounding(); }
  at::Tensor exact(std::span<const int64_t> rows, std::span<const int64_t> columns) const override {
    return whole_.exact(of(rows), of(columns));
  }

 private:
  class Columns : public KernelColumns {
   public:
    Columns(const Restricted& matrix, std::unique_ptr<KernelColumns> columns)
        : matrix_(matrix), columns_(std::move(columns)) {}
    int64_t count() const override { return columns_->count(); }
    void rows(std::span<const int64_t> rows, std::span<float* const> into) const override {
      columns_->rows(matrix_.of(rows), into);
    }

   private:
    const Restricted& matrix_;
    std::unique_ptr<KernelColumns> columns_;
  };

  std::vector<int64_t> of(std::span<const int64_t> points) const {
    std::vector<int64_t> numbers;
    for (const auto point : points) numbers.push_back(points_[static_cast<size_t>(point)]);
    return numbers;
  }

  const KernelMatrix& whole_;
  std::vector<int64_t> points_;
};

}  // namespace

std::unique_ptr<KernelMatrix> restricted(const KernelMatrix& whole, std::vector<int64_t> points) {
  for (const auto point : points)
    TORCH_CHECK_VALUE(point >= 0 && point < whole.size(), "point ", point, " of ", whole.size());
  return std::make_unique<Restricted>(whole, std::move(points));
}

}  // namespace spinlab::models
