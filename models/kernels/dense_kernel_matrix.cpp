#include "models/kernels/dense_kernel_matrix.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>

#include "src/core/on_all_cores.h"

namespace spinlab::models {
namespace {

/// Of a product, on one core: always the same, so that the number of threads changes no rounding.
constexpr int64_t kColumns = 512;

at::Tensor index(std::span<const int64_t> points) {
  return at::from_blob(const_cast<int64_t*>(points.data()), {static_cast<int64_t>(points.size())}, at::kLong);
}

/// Without the columns that add nothing to any product.
at::Tensor without_zeros(const at::Tensor& x) {
  return x.index_select(1, x.ne(0).any(0).nonzero().flatten()).contiguous();
}

class Columns : public KernelColumns {
 public:
  Columns(KernelPtr kernel, at::Tensor all, at::Tensor squares, at::Tensor own, at::Tensor own_squares)
      : kernel_(std::move(kernel)),
        all_(std::move(all)),
        squares_(std::move(squares)),
        own_(std::move(own)),
        own_squares_(std::move(own_squares)) {}

  int64_t count() const override { return own_.size(0); }

  void rows(std::span<const int64_t> rows, std::span<float* const> into) const override {
    const auto which = index(rows);
    const auto A = all_.index_select(0, which), squares = squares_.index_select(0, which);
    const auto parts = (count() + kColumns - 1) / kColumns;
    on_all_cores(parts, 1, [&](int64_t first, int64_t last) {
      for (auto part = first; part < last; ++part) block(A, squares, part * kColumns, into);
    });
  }

 private:
  void block(const at::Tensor& A, const at::Tensor& squares, int64_t begin,
             std::span<float* const> into) const {
    const auto length = std::min(kColumns, count() - begin);
    auto K = A.mm(own_.narrow(0, begin, length).t());
    kernel_->of_products(K, squares, own_squares_.narrow(0, begin, length));
    const auto numbers = K.to(at::kFloat);
    const auto* from = numbers.const_data_ptr<float>();
    for (size_t i = 0; i < into.size(); ++i, from += length) std::copy_n(from, length, into[i] + begin);
  }

  KernelPtr kernel_;
  at::Tensor all_, squares_, own_, own_squares_;
};

class Dense : public KernelMatrix {
 public:
  Dense(KernelPtr kernel, const at::Tensor& X)
      : kernel_(std::move(kernel)),
        diagonal_(kernel_->diagonal(X.to(at::kDouble))),
        x_(without_zeros(kernel_->coordinates(X))),
        squares_(x_.square().sum(1)) {}

  int64_t size() const override { return x_.size(0); }
  at::Tensor diagonal() const override { return diagonal_; }

  std::unique_ptr<KernelColumns> columns(std::span<const int64_t> points) const override {
    if (static_cast<int64_t>(points.size()) == size())
      return std::make_unique<Columns>(kernel_, x_, squares_, x_, squares_);
    const auto which = index(points);
    return std::make_unique<Columns>(kernel_, x_, squares_, x_.index_select(0, which),
                                     squares_.index_select(0, which));
  }

 private:
  KernelPtr kernel_;
  at::Tensor diagonal_, x_, squares_;
};

}  // namespace

std::unique_ptr<KernelMatrix> kernel_matrix(KernelPtr kernel, const at::Tensor& X) {
  return std::make_unique<Dense>(std::move(kernel), X.to(at::kFloat));
}

}  // namespace spinlab::models
