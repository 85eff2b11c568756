#include <ATen/ATen.h>

#include <cmath>

#include "src/theory/duals/dual_activation.h"

namespace spinlab::theory {
namespace {

/// E φ⁽ʲ⁾(u), u of variance q, is the coefficient a_j(q) of the pair's expansion Σ_j kʲ/j! a_j(q) a_j(r)
/// [Mehler]. For uᵖ it is p!/(p - j)! (p - j - 1)!! q^((p - j)/2), 0 where p - j is odd; for the Hermite
/// polynomial He_p it is the same of q - 1, by its generating function. The latter is divided by √p!: E φ(u)²
/// = 1 at q = 1.
class Polynomial : public DualActivation {
 public:
  enum class Kind { kMonomial, kHermite };
  Polynomial(Kind kind, int64_t degree)
      : kind_(kind), degree_(degree), norm_(kind == Kind::kHermite ? 1 / std::tgamma(degree + 1.0) : 1) {}

  Dual means(const at::Tensor& a, const at::Tensor& b, const at::Tensor& k) const override {
    const auto q = a.select(-1, 0), r = b.select(-1, 0);
    const auto shape = at::zeros_like(q + r + k);
    auto value = shape.clone(), derivative = shape.clone();
    for (auto j = degree_ % 2; j <= degree_; j += 2) {
      const auto both = coefficient(j, q) * coefficient(j, r) * (norm_ / std::tgamma(j + 1.0));
      value.addcmul_(k.pow(j), both);
      if (j > 0) derivative.addcmul_(k.pow(j - 1), both, j);
    }
    return {value, derivative};
  }

  at::Tensor by_variance(const at::Tensor& q, const at::Tensor& r, const at::Tensor& k) const override {
    auto sum = at::zeros_like(q + r + k);
    for (auto j = degree_ % 2; j + 2 <= degree_; j += 2)
      sum.addcmul_(k.pow(j), coefficient(j + 2, q) * coefficient(j, r), norm_ / (2 * std::tgamma(j + 1.0)));
    return sum;
  }

  at::Tensor function(const at::Tensor& u) const override {
    if (kind_ == Kind::kMonomial) return u.pow(degree_);
    auto before = at::zeros_like(u), now = at::ones_like(u);
    for (int64_t p = 0; p < degree_; ++p) {
      auto next = u * now - p * before;
      before = std::exchange(now, next);
    }
    return now * std::sqrt(norm_);
  }

 private:
  at::Tensor coefficient(int64_t j, const at::Tensor& q) const {
    const auto left = degree_ - j;  // even
    double factor = std::tgamma(degree_ + 1.0) / std::tgamma(left + 1.0);
    for (auto odd = left - 1; odd > 1; odd -= 2) factor *= static_cast<double>(odd);
    return (kind_ == Kind::kHermite ? q - 1 : q).pow(left / 2).mul_(factor);
  }

  Kind kind_;
  int64_t degree_;
  double norm_;
};

constexpr int64_t kHighest = 60;  // 60!² is in a double's range

template <Polynomial::Kind kind>
DualPtr made(const Config& options) {
  return std::make_shared<Polynomial>(kind, options.integer("degree", 0, kHighest));
}

const Registered<DualEntry> kLinear{{.name = "linear", .summary = "u", .make = [](const Config&) -> DualPtr {
                                       return std::make_shared<Polynomial>(Polynomial::Kind::kMonomial, 1);
                                     }}};

const Registered<DualEntry> kMonomial{{.name = "monomial",
                                       .summary = "uᵖ, p the degree",
                                       .defaults = {{"degree", 2}},
                                       .make = made<Polynomial::Kind::kMonomial>}};

const Registered<DualEntry> kHermite{{.name = "hermite",
                                      .summary = "He_p(u) / √p!, p the degree",
                                      .defaults = {{"degree", 2}},
                                      .make = made<Polynomial::Kind::kHermite>}};

}  // namespace
}  // namespace spinlab::theory
