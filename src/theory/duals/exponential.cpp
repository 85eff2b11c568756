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

class OfVariance : public DualActivation {
 public:
  at::Tensor of_variance(const at::Tensor& q) const final { return q.unsqueeze(-1); }
};

/// From E e^(i s u + i t v) = e^(-(s² q + 2 s t k + t² r)/2).
class Sine : public OfVariance {
 public:
  Dual means(const at::Tensor& a, const at::Tensor& b, const at::Tensor& k) const override {
    const auto q = a.select(-1, 0), r = b.select(-1, 0);
    return {damped_sinh(q, r, k), damped_cosh(q, r, k)};
  }
  at::Tensor by_variance(const at::Tensor& q, const at::Tensor& r, const at::Tensor& k) const override {
    return damped_sinh(q, r, k).mul_(-0.5);
  }
  at::Tensor function(const at::Tensor& u) const override { return u.sin(); }
};

class Cosine : public OfVariance {
 public:
  Dual means(const at::Tensor& a, const at::Tensor& b, const at::Tensor& k) const override {
    const auto q = a.select(-1, 0), r = b.select(-1, 0);
    return {damped_cosh(q, r, k), damped_sinh(q, r, k)};
  }
  at::Tensor by_variance(const at::Tensor& q, const at::Tensor& r, const at::Tensor& k) const override {
    return damped_cosh(q, r, k).mul_(-0.5);
  }
  at::Tensor function(const at::Tensor& u) const override { return u.cos(); }
};

/// E e^(u + v) = e^((q + r)/2 + k).
class Exponential : public OfVariance {
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

template <typename Activation>
DualPtr made(const Config&) {
  return std::make_shared<Activation>();
}

const Registered<DualEntry> kSine{{.name = "sin", .summary = "sin u", .make = made<Sine>}};
const Registered<DualEntry> kCosine{{.name = "cos", .summary = "cos u", .make = made<Cosine>}};
const Registered<DualEntry> kExponential{{.name = "exp", .summary = "eᵘ", .make = made<Exponential>}};

}  // namespace
}  // namespace spinlab::theory
