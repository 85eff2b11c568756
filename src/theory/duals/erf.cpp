#include <ATen/ATen.h>

#include <numbers>

#include "src/theory/duals/in_one_pass.h"

namespace spinlab::theory {
namespace {

using std::numbers::pi;

template <typename T>
Dual of_type(const at::Tensor& left, const at::Tensor& right, const at::Tensor& k) {
  return in_one_pass<T>(std::array{k, left, right},
                        [](int64_t count, T* value, T* derivative, const Rows<T, 3>& in) {
                          erf_means(count, value, derivative, in);
                        });
}

/// erf(u): 2/π asin(2k / sqrt((1 + 2q)(1 + 2r))) [Williams, Neural Computation 10 (1998) 1203, eq. 11].
class Erf : public DualActivation {
 public:
  at::Tensor of_variance(const at::Tensor& q) const override { return (1 + 2 * q).rsqrt_().unsqueeze(-1); }

  Dual means(const at::Tensor& a, const at::Tensor& b, const at::Tensor& k) const override {
    const auto left = a.select(-1, 0), right = b.select(-1, 0);
    return k.scalar_type() == at::kFloat ? of_type<float>(left, right, k) : of_type<double>(left, right, k);
  }

  at::Tensor by_variance(const at::Tensor& q, const at::Tensor& r, const at::Tensor& k) const override {
    return means(of_variance(q), of_variance(r), k).derivative.mul_(k).div_(-1 - 2 * q);
  }

  at::Tensor function(const at::Tensor& u) const override { return u.erf(); }
};

const Registered<DualEntry> kRegistered{
    {.name = "erf", .summary = "2/√π ∫₀ᵘ e^(-t²) dt", .make = [](const Config&) -> DualPtr {
       return std::make_shared<Erf>();
     }}};

}  // namespace
}  // namespace spinlab::theory
