#include <ATen/ATen.h>

#include "models/kernels/kernel.h"
#include "models/kernels/widths.h"

namespace spinlab::models {
namespace {

/// exp(-Σ_j |x_j - z_j| / ℓ_j) [Rahimi and Recht, NIPS 2007, figure 1].
class Laplace : public Kernel {
 public:
  explicit Laplace(at::Tensor width) : width_(std::move(width)) {}

  at::Tensor operator()(const at::Tensor& X, const at::Tensor& Z) const override {
    return distances(X, Z).neg_().exp_();
  }

  at::Tensor diagonal(const at::Tensor& X) const override { return at::ones({X.size(0)}, X.options()); }

  at::Tensor parameters() const override { return width_.log(); }
  KernelPtr with_parameters(const at::Tensor& logarithms) const override {
    return std::make_shared<Laplace>(logarithms.exp());
  }

  /// ∂K/∂log ℓ_j = K |x_j - z_j| / ℓ_j
  at::Tensor gradient(const at::Tensor& X, const at::Tensor& K, const at::Tensor& M) const override {
    const auto N = M * K;
    if (width_.size(0) == 1) return (N * distances(X, X)).sum().view({1});
    auto each = at::empty_like(width_);
    const auto x = scaled(X);
    for (int64_t j = 0; j < x.size(1); ++j) {
      const auto column = x.narrow(1, j, 1);
      each[j] = (N * (column - column.t()).abs_()).sum();
    }
    return each;
  }

  /// A product of Lorentz curves, from each of which a quotient of two normal numbers is drawn.
  at::Tensor frequencies(int64_t d, int64_t count, at::Generator generator) const override {
    const auto above = at::randn({count, d}, generator, at::kDouble);
    return scaled(above / at::randn({count, d}, generator, at::kDouble));
  }

 private:
  at::Tensor scaled(const at::Tensor& X) const { return X / width_.to(X.scalar_type()); }
  at::Tensor distances(const at::Tensor& X, const at::Tensor& Z) const {
    return at::cdist(scaled(X), scaled(Z), 1);
  }

  at::Tensor width_;
};

const Registered<KernelEntry> kRegistered{
    {.name = "laplace",
     .summary = "exp(-r / ℓ), r the sum of absolute differences; widths as for gaussian",
     .defaults = {{"width", nullptr}},
     .make = [](const Config& options, const at::Tensor& rows) -> KernelPtr {
       return std::make_shared<Laplace>(widths(options, rows, Metric::kManhattan));
     }}};

}  // namespace
}  // namespace spinlab::models
