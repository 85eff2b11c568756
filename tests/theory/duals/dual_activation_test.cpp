#include "src/theory/duals/dual_activation.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <numbers>

#include "src/theory/duals/gaussian_quadrature.h"
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

/// E φ(u) φ(v) of a φ that is smooth but at 0, by Gauss and Legendre's rule in the polar coordinates of the
/// plane: its four sectors, in which neither u nor v changes sign, and panels of the radius up to 12.
double by_sectors(const DualActivation& phi, const Point& p) {
  const auto [nodes, weights] = gauss_legendre(40);
  const double slope = p.k / std::sqrt(p.q), s = std::sqrt(std::max(p.r - p.k * p.k / p.q, 0.0)),
               pi = std::numbers::pi;
  const double zero_of_v = std::atan2(-slope, s);  // v = 0 there, u at ±π/2
  std::vector<double> edges = {-pi / 2, zero_of_v, pi / 2, zero_of_v + pi, 3 * pi / 2};
  double sum = 0;
  for (size_t i = 0; i + 1 < edges.size(); ++i) {
    const double half = (edges[i + 1] - edges[i]) / 2;
    const auto angle = (edges[i] + half * (1 + nodes)).unsqueeze(1);
    for (int panel = 0; panel < 24; ++panel) {
      const auto R = 0.5 * panel + 0.25 * (1 + nodes);
      const auto density = R * (R.square() * -0.5).exp() * (0.25 * half / (2 * pi)) * weights;
      const auto u = std::sqrt(p.q) * R * angle.cos(), v = R * (slope * angle.cos() + s * angle.sin());
      sum += (phi.function(u) * phi.function(v) * density * weights.unsqueeze(1)).sum().item<double>();
    }
  }
  return sum;
}

/// The same of clamp(u, -1, 1): v's conditional mean by hand, then one quadrature, whose integrand turns fast
/// where that of v passes an edge.
double by_condition(const DualActivation& phi, const Point& p) {
  const double s = std::sqrt(std::max(p.r - p.k * p.k / p.q, 1e-30));
  const auto mean = [&](const at::Tensor& u) {
    const auto m = u * (p.k / p.q), above = (1 - m) / s, below = (1 + m) / s;
    const auto Phi = [](const at::Tensor& x) { return 0.5 * (-x * std::sqrt(0.5)).erfc(); };
    const auto density = [](const at::Tensor& x) {
      return (x.square() * -0.5).exp() / std::sqrt(2 * std::numbers::pi);
    };
    const auto inside = m * (Phi(above) - Phi(-below)) + s * (density(below) - density(above));
    return phi.function(u) * (inside + Phi(-above) - Phi(-below));
  };
  std::vector<double> breaks = {-1, 1};
  for (const double turn : {-1.0, 1.0})
    for (const double width : {-8.0, -2.0, -0.5, 0.0, 0.5, 2.0, 8.0})
      if (p.k != 0) breaks.push_back((turn + width * s) * p.q / p.k);
  return gaussian_mean(mean, p.q, "E φ(u) φ(v)", breaks, 1e-12);
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

class DualWithAJumpingSecondDerivative : public SpinlabTest, public testing::WithParamInterface<Json> {};

TEST_P(DualWithAJumpingSecondDerivative, ValueIsTheIntegral) {
  const auto phi = make_dual(GetParam(), "test");
  for (const auto& p : kPoints)
    EXPECT_CLOSE(at(*phi, p).value.item<double>(), by_sectors(*phi, p), rtol(2e-10) + atol(1e-12));
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
const std::vector<Json> kJumping = {Json::object({{"name", "elu"}}), Json::object({{"name", "softsign"}})};
INSTANTIATE_TEST_SUITE_P(All, DualWithAJumpingSecondDerivative, testing::ValuesIn(kJumping));
INSTANTIATE_TEST_SUITE_P(All, SmoothDual, testing::ValuesIn(kSmooth));
INSTANTIATE_TEST_SUITE_P(All, HomogeneousDual, testing::ValuesIn(kHomogeneous));

std::vector<Json> everything() {
  auto all = kSmooth;
  for (const auto& [options, power] : kHomogeneous) all.push_back(options);
  all.insert(all.end(), kJumping.begin(), kJumping.end());
  all.push_back(Json::object({{"name", "hard_tanh"}}));
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

/// Also at angles that no series reaches.
TEST(DualActivation, OfHardTanhTheValueIsTheIntegral) {
  const auto phi = make_dual({{"name", "hard_tanh"}}, "test");
  auto points = kPoints;
  for (const double q : {0.02, 0.3, 1.0, 4.0, 400.0})
    for (const double c : {-1 + 1e-10, -0.99, 0.3, 0.999, 1 - 1e-6, 1 - 1e-10}) {
      points.push_back({q, q, c * q});
      points.push_back({q, 2.5 * q, c * std::sqrt(2.5) * q});
      points.push_back({q, 1e-3, c * std::sqrt(1e-3 * q)});
    }
  for (const auto& p : points) {
    const auto own = [&](double q) { return at(*phi, {q, q, q}).value.item<double>(); };
    EXPECT_CLOSE(at(*phi, p).value.item<double>(), by_condition(*phi, p),
                 atol(1e-12 * std::sqrt(own(p.q) * own(p.r))))
        << p.q << ' ' << p.r << ' ' << p.k;
  }
}

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
              testing::ThrowsMessage<c10::ValueError>(testing::HasSubstr("did you mean \"relu\"?")));
}

}  // namespace
}  // namespace spinlab::theory
