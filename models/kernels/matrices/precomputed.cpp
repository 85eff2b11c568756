#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>

#include "models/kernels/matrices/blocks.h"
#include "models/kernels/matrices/matrices.h"

namespace spinlab::models {
namespace {

constexpr double kSymmetry = 1e-6;

class HeldColumns : public KernelColumns {
 public:
  explicit HeldColumns(at::Tensor columns) : columns_(std::move(columns)) {}

  int64_t count() const override { return columns_.size(1); }
  void rows(std::span<const int64_t> rows, std::span<float* const> into) const override {
    const auto A = selected(columns_, rows);
    fill_rows(count(), into, [&](int64_t begin, int64_t length) { return A.narrow(1, begin, length); });
  }

 private:
  at::Tensor columns_;
};

class Held : public KernelMatrix {
 public:
  explicit Held(at::Tensor K) : k_(std::move(K)) {}

  int64_t size() const override { return k_.size(0); }
  at::Tensor diagonal() const override { return k_.diagonal().to(at::kDouble); }
  std::unique_ptr<KernelColumns> columns(std::span<const int64_t> points) const override {
    return std::make_unique<HeldColumns>(are_all(points, size()) ? k_ : selected(k_.t(), points).t());
  }
  at::Tensor exact(std::span<const int64_t> rows, std::span<const int64_t> columns) const override {
    return selected(selected(k_, rows).t(), columns).t().to(at::kDouble);
  }

 private:
  at::Tensor k_;
};

void check(const at::Tensor& K) {
  TORCH_CHECK_VALUE(K.dim() == 2 && K.size(0) == K.size(1) && K.is_floating_point(),
                    "a precomputed kernel is X itself, a square matrix of floating numbers, and X is ",
                    K.scalar_type(), ' ', K.sizes(), "; choose another kernel for rows of features");
  if (K.size(0) == 0) return;
  const auto largest = K.abs().max().item<double>();
  TORCH_CHECK_VALUE(std::isfinite(largest), "a precomputed kernel holds numbers that are not finite");
  const auto difference = (K - K.t()).abs();
  const auto worst = difference.argmax().item<int64_t>(), i = worst / K.size(0), j = worst % K.size(0);
  TORCH_CHECK_VALUE(difference.flatten()[worst].item<double>() <= kSymmetry * largest,
                    "a precomputed kernel must be symmetric: K[", i, "][", j, "] = ", K[i][j].item<double>(),
                    ", K[", j, "][", i, "] = ", K[j][i].item<double>());
}

}  // namespace

std::unique_ptr<KernelMatrix> kernel_matrix(const at::Tensor& K) {
  check(K);
  return std::make_unique<Held>(K);
}

}  // namespace spinlab::models
