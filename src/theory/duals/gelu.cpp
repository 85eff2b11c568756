#include <ATen/ATen.h>

#include <numbers>

#include "src/theory/duals/dual_activation.h"

namespace spinlab::theory {
namespace {

using std::numbers::pi;

/// u Φ(u), Φ the normal distribution. By parts [Tsuchida et al., AISTATS 2021, derive the same], with
/// a = (1 + q)(1 + r), D = 1 / 2π sqrt(a - k²), F = E[Φ(u) Φ(v)] = ¼ + asin(k / √a) / 2π and
/// B = q r + k² (1 - q r) / a, the mean is k F + D B.
class Gelu : public DualActivation {
 public:
  Dual means(const at::Tensor& a, const at::Tensor& b, const at::Tensor& k) const override {
    const auto [F, D, B, m, gap] = parts(a.select(-1, 0), b.select(-1, 0), k);
    auto value = at::addcmul(k * F, D, B);
    // F' = D, D' = D k / (a - k²), B' = 2 k m
    auto derivative = at::addcmul(F, D * k, (B / gap).add_(2 * m).add_(1));
    return {value, derivative};
  }

  at::Tensor by_variance(const at::Tensor& q, const at::Tensor& r, const at::Tensor& k) const override {
    const auto [F, D, B, m, gap] = parts(q, r, k);
    const auto squares = k.square();
    return D * (r - squares / (1 + q).square() - squares / (2 * (1 + q)) - B * (1 + r) / (2 * gap));
  }

  at::Tensor function(const at::Tensor& u) const override { return at::gelu(u); }

 private:
  struct Parts {
    at::Tensor F, D, B, m, gap;
  };
  /// m = (1 - q r) / a, gap = a - k² ≥ 1.
  static Parts parts(const at::Tensor& q, const at::Tensor& r, const at::Tensor& k) {
    const auto a = (1 + q) * (1 + r), squares = k.square(), product = q * r;
    auto F = (k * a.rsqrt()).asin_().mul_(1 / (2 * pi)).add_(0.25);
    auto gap = a - squares;
    auto D = gap.rsqrt().mul_(1 / (2 * pi));
    auto m = (1 - product).div_(a);
    auto B = at::addcmul(product, squares, m);
    return {F, D, B, m, gap};
  }
};

const Registered<DualEntry> kRegistered{
    {.name = "gelu", .summary = "u Φ(u), Φ the normal distribution", .make = [](const Config&) -> DualPtr {
       return std::make_shared<Gelu>();
     }}};

}  // namespace
}  // namespace spinlab::theory
