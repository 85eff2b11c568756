#include "src/theory/duals/dual_activation.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <numbers>

#include "tests/support/spinlab_test.h"

namespace spinlab::theory {
namespace {

at::Tensor number(double x) { return at::scalar_tensor(x, at::kDouble); }

/// Two variances and a covariance.
struct Point {
  double q, r, k;
};
const std::vector<Point> kPoints = {{1, 1, 0.5},     {1, 1, -0.9},     {0.3, 2.5, 0.8},    {2, 0.1, 0},
                                    {0.7, 0.7, 0.7}, {1.5, 0.5, -0.2}, {0.01, 0.02, 0.005}};

Dual at(const DualActivation& phi, const Point& p) {
  return dual(phi, number(p.q), number(p.r), number(p.k));
}

/// E φ(u) φ(v) by the trapezoidal rule in the plane, which for a φ that is analytic in a strip converges
/// faster than any power of its step.
double by_trapezoids(const DualActivation& phi, const Point& p) {
  const auto z = at::arange(-11, 11.01, 0.05, at::kDouble);
  const auto density = (z.square() * -0.5).exp() * (0.05 / std::sqrt(2 * std::numbers::pi));
  const auto u = std::sqrt(p.q) * z.unsqueeze(1);
  const auto v = p.k / std::sqrt(p.q) * z.unsqueeze(1) + std::sqrt(std::max(p.r - p.k * p.k / p.q, 0.0)) * z;
  return (phi.function(u) * phi.function(v) * density.unsqueeze(1) * density).sum().item<double>();
}

/// The same of a φ with φ(λu) = λᵖ φ(u): in polar coordinates, whose radius is done by hand, E R²ᵖ = 2ᵖ p!.
double by_angles(const DualActivation& phi, const Point& p, int power) {
  constexpr int64_t kAngles = 1'000'000;
  const auto angle = (at::arange(kAngles, at::kDouble) + 0.5) * (2 * std::numbers::pi / kAngles);
  const auto u = std::sqrt(p.q) * angle.cos();
  const auto v =
      p.k / std::sqrt(p.q) * angle.cos() + std::sqrt(std::max(p.r - p.k * p.k / p.q, 0.0)) * angle.sin();
  const auto mean = (phi.function(u) * phi.function(v)).mean().item<double>();
  return mean * std::pow(2, power) * std::tgamma(power + 1);
}

class SmoothDual : public SpinlabTest, public testing::WithParamInterface<Json> {};

TEST_P(SmoothDual, ValueIsTheIntegral) {
  const auto phi = make_dual(GetParam(), "test");
  for (const auto& p : kPoints)
    EXPECT_CLOSE(at(*phi, p).value.item<double>(), by_trapezoids(*phi, p), rtol(1e-10) + atol(1e-12));
}

class HomogeneousDual : public SpinlabTest, public testing::WithParamInterface<std::pair<Json, int>> {};

/// The midpoint rule's error at a kink or jump is a step's square or the step.
TEST_P(HomogeneousDual, ValueIsTheIntegral) {
  const auto [options, power] = GetParam();
  const auto phi = make_dual(options, "test");
  for (const auto& p : kPoints)
    EXPECT_CLOSE(at(*phi, p).value.item<double>(), by_angles(*phi, p, power),
                 atol(power == 0 ? 1e-5 : 1e-10));
}

const std::vector<Json> kSmooth = {{{"name", "erf"}},
                                   {{"name", "gelu"}},
                                   {{"name", "sin"}},
                                   {{"name", "cos"}},
                                   {{"name", "exp"}},
                                   {{"name", "linear"}},
                                   {{"name", "monomial"}, {"degree", 0}},
                                   {{"name", "monomial"}, {"degree", 3}},
                                   {{"name", "monomial"}, {"degree", 4}},
                                   {{"name", "hermite"}, {"degree", 1}},
                                   {{"name", "hermite"}, {"degree", 3}},
                                   {{"name", "hermite"}, {"degree", 4}},
                                   {{"name", "tanh"}},
                                   {{"name", "sigmoid"}},
                                   {{"name", "softplus"}},
                                   {{"name", "silu"}}};
const std::vector<std::pair<Json, int>> kHomogeneous = {{{{"name", "relu"}}, 1},
                                                        {{{"name", "abs"}}, 1},
                                                        {{{"name", "leaky_relu"}, {"slope", 0.2}}, 1},
                                                        {{{"name", "power_relu"}, {"power", 0}}, 0},
                                                        {{{"name", "power_relu"}, {"power", 1}}, 1},
                                                        {{{"name", "power_relu"}, {"power", 2}}, 2}};
INSTANTIATE_TEST_SUITE_P(All, SmoothDual, testing::ValuesIn(kSmooth));
INSTANTIATE_TEST_SUITE_P(All, HomogeneousDual, testing::ValuesIn(kHomogeneous));

std::vector<Json> everything() {
  auto all = kSmooth;
  for (const auto& [options, power] : kHomogeneous) all.push_back(options);
  return all;
}

class AnyDual : public SpinlabTest, public testing::WithParamInterface<Json> {};

TEST_P(AnyDual, DerivativesAreDifferences) {
  constexpr double kStep = 1e-5;
  const auto phi = make_dual(GetParam(), "test");
  const auto value = [&](double q, double r, double k) { return at(*phi, {q, r, k}).value.item<double>(); };
  for (const auto& [q, r, k] : kPoints) {
    if (q == r && q == k) continue;  // at the edge
    const auto by_k = (value(q, r, k + kStep) - value(q, r, k - kStep)) / (2 * kStep);
    const auto step = kStep * q, by_q = (value(q + step, r, k) - value(q - step, r, k)) / (2 * step);
    const auto tolerance = rtol(1e-6) + atol(1e-7 * (1 + std::abs(value(q, r, k)) / std::min(q, r)));
    EXPECT_CLOSE(at(*phi, {q, r, k}).derivative.item<double>(), by_k, tolerance);
    EXPECT_CLOSE(phi->by_variance(number(q), number(r), number(k)).item<double>(), by_q, tolerance);
  }
}

TEST_P(AnyDual, MatricesHaveTheNumbersOfTheirElements) {
  const auto phi = make_dual(GetParam(), "test");
  const auto q = at::tensor({0.5, 1.0, 2.0}, at::kDouble), r = at::tensor({1.5, 0.0, 0.25, 1.0}, at::kDouble);
  const auto k = q.sqrt().outer(r.sqrt()) * at::linspace(-0.9, 0.9, 12, at::kDouble).view({3, 4});
  const auto all = dual(*phi, q.unsqueeze(1), r, k);
  for (int64_t i = 0; i < 3; ++i) {
    for (int64_t j = 0; j < 4; ++j) {
      const auto one = dual(*phi, q[i], r[j], k[i][j]);
      EXPECT_CLOSE(all.value[i][j], one.value, rtol(1e-12) + atol(1e-14));
      if (r[j].item<double>() > 0)
        EXPECT_CLOSE(all.derivative[i][j], one.derivative, rtol(1e-11) + atol(1e-13));
    }
  }
}

TEST_P(AnyDual, Float32HasItsDigits) {
  const auto phi = make_dual(GetParam(), "test");
  for (const auto& p : kPoints) {
    const auto rough =
        dual(*phi, number(p.q).to(at::kFloat), number(p.r).to(at::kFloat), number(p.k).to(at::kFloat));
    EXPECT_EQ(rough.value.scalar_type(), at::kFloat);
    EXPECT_CLOSE(rough.value.to(at::kDouble), at(*phi, p).value, rtol(1e-5) + atol(1e-5));
  }
}

/// A c a rounding above 1 is 1.
TEST_P(AnyDual, AnInputWithItselfHasTheSquare) {
  const auto phi = make_dual(GetParam(), "test");
  for (const double q : {0.3, 0.7, 1.0, 3.1}) {
    const auto own = dual(*phi, number(q), number(q), number(q)).value.item<double>();
    EXPECT_CLOSE(dual(*phi, number(q), number(q), number(q * (1 + 1e-15))).value.item<double>(), own,
                 rtol(1e-14));
    EXPECT_CLOSE(own, by_trapezoids(*phi, {q, q, q}),
                 rtol(GetParam().at("name") == "power_relu" ? 0.1 : 1e-3));
  }
}

INSTANTIATE_TEST_SUITE_P(All, AnyDual, testing::ValuesIn(everything()));

/// [shared reference values; Cho and Saul 2009; Lee et al. 2019]
TEST(DualActivation, HasThePublishedNumbers) {
  const auto relu = make_dual({{"name", "relu"}}, "test"), gelu = make_dual({{"name", "gelu"}}, "test");
  EXPECT_NEAR(at(*relu, {1, 1, 0.5}).value.item<double>(), 0.304499, 5e-7);
  EXPECT_NEAR(at(*relu, {1, 1, 0.5}).derivative.item<double>(), 1.0 / 3, 1e-15);
  EXPECT_NEAR(at(*gelu, {1, 1, 1}).value.item<double>(), 0.425221483, 5e-10);
  EXPECT_NEAR(at(*gelu, {1, 1, 1}).derivative.item<double>(), 0.455850866, 5e-10);
}

TEST(DualActivation, BadInputIsSaidInALine) {
  const auto relu = make_dual({{"name", "relu"}}, "test"), exp = make_dual({{"name", "exp"}}, "test");
  EXPECT_THAT([&] { at(*relu, {-1, 1, 0}); }, testing::ThrowsMessage<c10::ValueError>(testing::HasSubstr(
                                                  "a variance q must be finite and at least 0, is -1")));
  EXPECT_THAT([&] { at(*relu, {1, 1, 1.1}); },
              testing::ThrowsMessage<c10::ValueError>(testing::HasSubstr("1.1")));
  EXPECT_THAT([&] { at(*exp, {800, 800, 700}); },
              testing::ThrowsMessage<c10::ValueError>(testing::HasSubstr("grows too fast")));
  EXPECT_THAT([] { make_dual({{"name", "rellu"}}, "here"); },
              testing::ThrowsMessage<c10::ValueError>(testing::HasSubstr("relu")));
}

}  // namespace
}  // namespace spinlab::theory
