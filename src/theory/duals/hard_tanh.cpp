#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

#include "src/theory/duals/correlation.h"
#include "src/theory/duals/dual_activation.h"
#include "src/theory/duals/owen.h"

namespace spinlab::theory {
namespace {

using std::numbers::pi;

constexpr double kLeastVariance = 1e-12;
constexpr double kLeastSine = 1e-25;  // its inverse times a threshold stays in float32's range

at::Tensor density(const at::Tensor& x) { return (x.square() * -0.5).exp_().mul_(1 / std::sqrt(2 * pi)); }

/// clamp(u, -1, 1). In standard deviations the edges are at h = 1/√q and l = 1/√r; seen from the edge of u, v
/// has its own at A = (l - c h)/s and -B = -(l + c h)/s, s² = 1 - c², and likewise A', B' with h and l
/// exchanged. With Owen's T, Price's theorem and parts,
///   E φ'(u) φ'(v) = P(|u| < 1, |v| < 1) = 1 - 2 (T(h,A) + T(h,B) + T(l,A') + T(l,B')),
///   E φ(u) φ(v) = k E φ'φ' + 2 (T(h,B) - T(h,A) + T(l,B') - T(l,A'))
///                 + 2 p(h)/h (Q(B) - Q(A)) + 2 p(l)/l (Q(B') - Q(A'))
///                 + s/(π h l) (e^(-(h² + A²)/2) - e^(-(h² + B²)/2)),
/// p and Q the normal density and upper tail.
class HardTanh : public DualActivation {
 public:
  /// √q, 1/√q for correlation(), h, p(h)/h.
  at::Tensor of_variance(const at::Tensor& q) const override {
    const auto h = threshold(q);
    return at::cat({roots(q), h.unsqueeze(-1), (density(h) / h).unsqueeze(-1)}, -1);
  }

  Dual means(const at::Tensor& a, const at::Tensor& b, const at::Tensor& k) const override {
    const auto h = a.select(-1, 2), l = b.select(-1, 2);
    const auto [s, A, B, A_other, B_other] = edges(h, l, correlation(a, b, k));
    const auto at_A = owen_t(h, A), at_B = owen_t(h, B);
    const auto at_A_other = owen_t(l, A_other), at_B_other = owen_t(l, B_other);
    auto derivative = 1 - 2 * (at_A + at_B + at_A_other + at_B_other);
    const auto square = h.square(), both = s / (pi * h * l);
    const auto corners = ((square + A.square()) * -0.5).exp_() - ((square + B.square()) * -0.5).exp_();
    auto value = 2 * (at_B - at_A + at_B_other - at_A_other);
    value.addcmul_(k, derivative)
        .addcmul_(a.select(-1, 3), upper_tail(B) - upper_tail(A), 2)
        .addcmul_(b.select(-1, 3), upper_tail(B_other) - upper_tail(A_other), 2)
        .addcmul_(both, corners);
    return {value, derivative};
  }

  /// φ'' is two peaks: -p(h)/√q E[φ(v) | u = 1], where v has the mean k/q and the deviation √r s.
  at::Tensor by_variance(const at::Tensor& q, const at::Tensor& r, const at::Tensor& k) const override {
    const auto h = threshold(q), l = threshold(r);
    const auto [s, A, B, A_other, B_other] = edges(h, l, correlation(roots(q), roots(r), k));
    const auto tail_A = upper_tail(A), tail_B = upper_tail(B);
    const auto inside = k * h.square() * (1 - tail_A - tail_B);
    const auto mean = inside + s / l * (density(B) - density(A)) + tail_A - tail_B;
    return -h * density(h) * mean;
  }

  at::Tensor function(const at::Tensor& u) const override { return u.clamp(-1, 1); }
  std::vector<double> breaks() const override { return {-1, 1}; }

 private:
  struct Edges {
    at::Tensor s, A, B, A_other, B_other;
  };

  static at::Tensor threshold(const at::Tensor& q) { return q.clamp_min(kLeastVariance).rsqrt(); }

  /// l - c h = (l - h) + (1 - c) h, whose parts lose nothing where |c| is near 1.
  static Edges edges(const at::Tensor& h, const at::Tensor& l, const at::Tensor& c) {
    const auto s = sine_of(c).clamp_min_(kLeastSine);
    const auto apart = (l - h) / s, less = (1 - c) / s, more = (1 + c) / s;
    return {s, apart + h * less, apart + h * more, l * less - apart, l * more - apart};
  }
};

const Registered<DualEntry> kRegistered{
    {.name = "hard_tanh",
     .summary = "u between -1 and 1, else its sign",
     .make = [](const Config&) -> DualPtr { return std::make_shared<HardTanh>(); }}};

}  // namespace
}  // namespace spinlab::theory
