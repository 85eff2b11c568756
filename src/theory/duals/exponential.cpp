#include <ATen/ATen.h>

#include "src/theory/duals/dual_activation.h"

namespace spinlab::theory {
namespace {

/// e^(-(q + r)/2) cosh k and e^(-(q + r)/2) sinh k, where each factor alone may overflow, or sinh cancel.
at::Tensor damped_cosh(const at::Tensor& q, const at::Tensor& r, const at::Tensor& k) {
  const auto half = -(q + r) / 2, size = k.abs();
  return (half + size).exp_().mul_((-2 * size).exp_().add_(1)).mul_(0.5);
}

at::Tensor damped_sinh(const at::Tensor& q, const at::Tensor& r, const at::Tensor& k) {
  const auto half = -(q + r) / 2, size = k.abs();
  return (half + size).exp_().mul_((-2 * size).expm1_()).mul_(-0.5 * k.sign());
}

using Elementwise = at::Tensor (*)(const at::Tensor&);
using Mean = at::Tensor (*)(const at::Tensor& q, const at::Tensor& r, const at::Tensor& k);

/// sin u or cos u, whose derivative has the other's mean; from E e^(i s u + i t v) = e^(-(s² q + 2 s t k + t²
/// r)/2).
class Wave : public DualActivation {
 public:
  Wave(Elementwise phi, Mean own, Mean other) : phi_(phi), own_(own), other_(other) {}

  Dual means(const at::Tensor& a, const at::Tensor& b, const at::Tensor& k) const override {
    const auto q = a.select(-1, 0), r = b.select(-1, 0);
    return {own_(q, r, k), other_(q, r, k)};
  }
  at::Tensor by_variance(const at::Tensor& q, const at::Tensor& r, const at::Tensor& k) const override {
    return own_(q, r, k).mul_(-0.5);
  }
  at::Tensor function(const at::Tensor& u) const override { return phi_(u); }

 private:
  Elementwise phi_;
  Mean own_, other_;
};

/// E e^(u + v) = e^((q + r)/2 + k).
class Exponential : public DualActivation {
 public:
  Dual means(const at::Tensor& a, const at::Tensor& b, const at::Tensor& k) const override {
    const auto value = ((a.select(-1, 0) + b.select(-1, 0)) / 2 + k).exp_();
    return {value, value.clone()};
  }
  at::Tensor by_variance(const at::Tensor& q, const at::Tensor& r, const at::Tensor& k) const override {
    return ((q + r) / 2 + k).exp_().mul_(0.5);
  }
  at::Tensor function(const at::Tensor& u) const override { return u.exp(); }
};

const Registered<DualEntry> kSine{{.name = "sin", .summary = "sin u", .make = [](const Config&) -> DualPtr {
                                     return std::make_shared<Wave>(at::sin, damped_sinh, damped_cosh);
                                   }}};
const Registered<DualEntry> kCosine{{.name = "cos", .summary = "cos u", .make = [](const Config&) -> DualPtr {
                                       return std::make_shared<Wave>(at::cos, damped_cosh, damped_sinh);
                                     }}};
const Registered<DualEntry> kExponential{
    {.name = "exp", .summary = "eᵘ", .make = [](const Config&) -> DualPtr {
       return std::make_shared<Exponential>();
     }}};

}  // namespace
}  // namespace spinlab::theory
