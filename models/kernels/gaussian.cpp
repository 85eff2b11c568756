#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>

#include "models/kernels/kernel.h"
#include "models/kernels/widths.h"

namespace spinlab::models {
namespace {

/// exp(-½ Σ_j (x_j - z_j)² / ℓ_j²), with one width ℓ or one for each column.
class Gaussian : public Kernel {
 public:
  explicit Gaussian(at::Tensor width) : width_(std::move(width)) {}

  at::Tensor operator()(const at::Tensor& X, const at::Tensor& Z) const override {
    // BEGIN SOLUTION
    // STUB TORCH_CHECK_VALUE(false, "gaussian kernel of ", X.sizes(), " and ", Z.sizes(),
    // STUB                   ": left out, 03-kernels asks for it");
    // Distances are those from any origin, and near the points their squares keep most digits.
    const auto origin = Z.mean(0);
    const auto x = scaled(X - origin), z = scaled(Z - origin);
    auto squares = at::addmm(z.square().sum(1), x, z.t(), 1, -2).add_(x.square().sum(1, true));
    return squares.clamp_min_(0).mul_(-0.5).exp_();
    // END SOLUTION
  }

  at::Tensor diagonal(const at::Tensor& X) const override { return at::ones({X.size(0)}, X.options()); }

  at::Tensor coordinates(const at::Tensor& X) const override {
    return (X - X.mean(0)).div_(width_.to(X.scalar_type()));
  }
  SparseRows coordinates(const SparseRows& X) const override { return X.scaled(1 / width_); }
  void of_products(at::Tensor& products, const at::Tensor& squares, const at::Tensor& others) const override {
    // BEGIN SOLUTION
    // STUB TORCH_CHECK_VALUE(false, "gaussian kernel of products ", products.sizes(), squares.sizes(),
    // STUB                   others.sizes(), ": left out, 03-kernels asks for it");
    products.sub_(squares.mul(0.5).unsqueeze(1)).sub_(others.mul(0.5)).clamp_max_(0).exp_();
    // END SOLUTION
  }

  at::Tensor parameters() const override { return width_.log(); }
  KernelPtr with_parameters(const at::Tensor& logarithms) const override {
    return std::make_shared<Gaussian>(logarithms.exp());
  }

  /// ∂K/∂log ℓ_j = K (x_j - z_j)² / ℓ_j², and the sum over pairs of N (x - z)² is 2 Σ_i (Σ_k N_ik) x_i² - 2
  /// xᵀNx.
  at::Tensor gradient(const at::Tensor& X, const at::Tensor& K, const at::Tensor& M) const override {
    const auto N = M * K;
    const auto x = scaled(X - X.mean(0));
    const auto each = 2 * (N.sum(1).matmul(x.square()) - (x * N.mm(x)).sum(0));
    return width_.size(0) == 1 ? each.sum().view({1}) : each;
  }

  at::Tensor frequencies(int64_t d, int64_t count, at::Generator generator) const override {
    // BEGIN SOLUTION
    // STUB TORCH_CHECK_VALUE(false, count, " frequencies in ", d, " dimensions, ", generator.device(),
    // STUB                   ": left out, 03-kernels asks for them");
    return scaled(at::randn({count, d}, generator, at::kDouble));
    // END SOLUTION
  }

 private:
  at::Tensor scaled(const at::Tensor& X) const { return X / width_.to(X.scalar_type()); }

  at::Tensor width_;
};

/// γ = 1/2ℓ² is what those who come from support vector machines give.
at::Tensor width_or_gamma(const Config& options, const at::Tensor& rows) {
  if (options.at("gamma").is_null()) return widths(options, rows, Metric::kEuclidean);
  TORCH_CHECK_VALUE(options.at("width").is_null(), options.where(),
                    ": gamma is 1/2 width²; set one of the two to null");
  const auto gamma = options.number("gamma", 1e-18, 1e18);
  return at::full({1}, std::sqrt(0.5 / gamma), at::kDouble);
}

const Registered<KernelEntry> kRegistered{
    {.name = "gaussian",
     .summary = "exp(-r² / 2ℓ²), r the Euclidean distance; one width ℓ, one for each column, or the median "
                "distance; or gamma = 1/2ℓ²",
     .defaults = {{"width", nullptr}, {"gamma", nullptr}},
     .make = [](const Config& options, const at::Tensor& rows) -> KernelPtr {
       return std::make_shared<Gaussian>(width_or_gamma(options, rows));
     }}};

}  // namespace
}  // namespace spinlab::models
