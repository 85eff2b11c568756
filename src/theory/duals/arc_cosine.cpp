#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

#include "src/theory/duals/correlation.h"
#include "src/theory/duals/in_one_pass.h"

namespace spinlab::theory {
namespace {

using std::numbers::pi;

/// φ(λu) = λᵖ φ(u) for λ > 0.
class Homogeneous : public DualActivation {
 public:
  explicit Homogeneous(double degree) : degree_(degree) {}

  at::Tensor of_variance(const at::Tensor& q) const final { return roots(q); }

  /// By 2 q ∂/∂q + k ∂/∂k = p [Euler]; 0 where q = 0.
  at::Tensor by_variance(const at::Tensor& q, const at::Tensor& r, const at::Tensor& k) const final {
    const auto [value, derivative] = means(roots(q), roots(r), k);
    return (degree_ * value).sub_(k * derivative).div_(2 * q).masked_fill_(q <= 0, 0);
  }

 private:
  double degree_;
};

/// u above 0, slope · u below: the half sum of slopes times u and the half difference times |u|, which do not
/// mix [Cho and Saul, NIPS 2009, eq. 6, n = 1; Tsuchida, Roosta and Gallagher, ICML 2018]. 0 is ReLU, -1 is
/// |u|.
class Leaky : public Homogeneous {
 public:
  explicit Leaky(double slope)
      : Homogeneous(1),
        slope_(slope),
        parts_{(1 - slope) * (1 - slope) / (2 * pi), (1 + slope) * (1 + slope) / 4} {}

  Dual means(const at::Tensor& a, const at::Tensor& b, const at::Tensor& k) const override {
    return k.scalar_type() == at::kFloat ? of_type<float>(a, b, k) : of_type<double>(a, b, k);
  }

  at::Tensor function(const at::Tensor& u) const override { return at::where(u > 0, u, slope_ * u); }

 private:
  template <typename T>
  Dual of_type(const at::Tensor& a, const at::Tensor& b, const at::Tensor& k) const {
    const std::array inputs{k, a.select(-1, 0), a.select(-1, 1), b.select(-1, 0), b.select(-1, 1)};
    return in_one_pass<T>(inputs, [this](int64_t count, T* value, T* derivative, const Rows<T, 5>& in) {
      leaky_means(count, value, derivative, in, parts_);
    });
  }

  double slope_;
  LeakyParts parts_;
};

/// The step 1(u > 0), n = 0. Its derivative is Dirac's, whose mean is infinite for a pair of the same.
class Step : public Homogeneous {
 public:
  Step() : Homogeneous(0) {}

  Dual means(const at::Tensor& a, const at::Tensor& b, const at::Tensor& k) const override {
    const auto c = correlation(a, b, k);
    auto density = sine_of(c).reciprocal_().mul_(a.select(-1, 1) / (2 * pi)).mul_(b.select(-1, 1));
    return {c.asin().mul_(1 / (2 * pi)).add_(0.25), density};
  }

  at::Tensor function(const at::Tensor& u) const override { return (u > 0).to(u.scalar_type()); }
};

/// u² above 0, n = 2: J₂ = 3 sin θ cos θ + (π - θ)(1 + 2 cos² θ), and the derivative is 4 of ReLU's value.
class SquaredRelu : public Homogeneous {
 public:
  SquaredRelu() : Homogeneous(2) {}

  Dual means(const at::Tensor& a, const at::Tensor& b, const at::Tensor& k) const override {
    const auto c = correlation(a, b, k);
    const auto sine = sine_of(c), angle = c.asin().add_(pi / 2);  // π - θ
    const auto value = (3 * sine * c)
                           .addcmul_(angle, 2 * c.square() + 1)
                           .mul_(a.select(-1, 0).square() / (2 * pi))
                           .mul_(b.select(-1, 0).square());
    const auto derivative =
        at::addcmul(sine, c, angle).mul_(a.select(-1, 0) * (2 / pi)).mul_(b.select(-1, 0));
    return {value, derivative};
  }

  at::Tensor function(const at::Tensor& u) const override { return u.clamp_min(0).square_(); }
};

DualPtr leaky(double slope) { return std::make_shared<Leaky>(slope); }

const Registered<DualEntry> kRelu{
    {.name = "relu", .summary = "max(u, 0)", .make = [](const Config&) { return leaky(0); }}};

const Registered<DualEntry> kAbsolute{
    {.name = "abs", .summary = "|u|", .make = [](const Config&) { return leaky(-1); }}};

const Registered<DualEntry> kLeaky{
    {.name = "leaky_relu",
     .summary = "u above 0, slope · u below",
     .defaults = {{"slope", 0.01}},
     .make = [](const Config& options) { return leaky(options.number("slope", -1e6, 1e6)); }}};

const Registered<DualEntry> kPower{{.name = "power_relu",
                                    .summary = "uᵖ above 0, 0 below; power p: 0 (the step), 1 or 2",
                                    .defaults = {{"power", 2}},
                                    .make = [](const Config& options) -> DualPtr {
                                      const auto power = options.integer("power", 0, 2);
                                      if (power == 0) return std::make_shared<Step>();
                                      if (power == 1) return leaky(0);
                                      return std::make_shared<SquaredRelu>();
                                    }}};

}  // namespace
}  // namespace spinlab::theory
