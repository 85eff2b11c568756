#include "src/theory/mean_field/isometry.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "src/core/seed.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::theory {
namespace {

DualPtr of_name(const std::string& name) { return make_dual({{"name", name}}, "test"); }

/// P(|u| < 1) and E clamp(u, -1, 1)² of a variance q.
double inside(double q) { return std::erf(1 / std::sqrt(2 * q)); }
double clamped_square(double q) {
  return q * (inside(q) - std::exp(-0.5 / q) * std::sqrt(2 / (std::numbers::pi * q))) + 1 - inside(q);
}

/// Of hard tanh at χ₁ = 1: q = σ_b² + E φ²/p, by halving.
double critical_variance(double bias_variance) {
  double low = bias_variance, high = 1e6;
  while (high - low > 1e-14 * high) {
    const double middle = (low + high) / 2;
    (bias_variance + clamped_square(middle) / inside(middle) > middle ? low : high) = middle;
  }
  return low;
}

class IsometryTest : public SpinlabTest {};

TEST_F(IsometryTest, HardTanhHasItsCriticalLineAndFixedPoint) {
  for (const double bias_variance : {0.01, 0.1, 0.5}) {
    const double q = critical_variance(bias_variance);
    const double weight_variance = edge_of_chaos(of_name("hard_tanh"), bias_variance);
    EXPECT_NEAR(weight_variance, 1 / inside(q), 1e-9);
    EXPECT_NEAR(fixed_point({of_name("hard_tanh"), weight_variance, bias_variance}).variance, q, 1e-8);
  }
  EXPECT_NEAR(edge_of_chaos(of_name("hard_tanh"), 0), 1, 1e-8);
}

/// For W (N, N) of independent Gaussian numbers of variance 1/N and any A, by Wick's theorem,
///   E tr (W A Wᵀ)² = (tr A)²/N + (1 + 1/N) tr A²,  E (tr W A Wᵀ)² = (tr A)² + 2 tr A²/N:
/// the second moment of a product of L, exactly and at any width. At a large one it is Fuss and Catalan's L
/// + 1.
TEST_F(IsometryTest, OfGaussianLinearNetworksTheSecondMomentIsFussCatalans) {
  constexpr double N = 1e9;
  double second = 1, square_of_trace = 1;  // both over their powers of N
  for (int64_t depth = 1; depth <= 10; ++depth) {
    const double next = square_of_trace + (1 + 1 / N) * second;
    square_of_trace += 2 * second / (N * N);
    second = next;
    const auto [mean, variance] =
        jacobian_spectrum({of_name("linear"), 1, 0}, 1, depth, WeightEnsemble::kGaussian);
    EXPECT_NEAR(mean, 1, 1e-12);
    EXPECT_NEAR(variance + mean * mean, second, 1e-6);
    EXPECT_NEAR(variance, static_cast<double>(depth), 1e-10);
  }
}

TEST_F(IsometryTest, OrthogonalLinearNetworksAreIsometries) {
  const auto [mean, variance] =
      jacobian_spectrum({of_name("linear"), 1.1, 0}, 2, 7, WeightEnsemble::kOrthogonal);
  EXPECT_NEAR(mean, std::pow(1.1, 7), 1e-12);
  EXPECT_NEAR(variance, 0, 1e-10);
}

/// D is a projection on p of all units: L (1/p - 1) with orthogonal weights, L/p with Gaussian ones.
TEST_F(IsometryTest, CriticalHardTanhHasItsClosedForm) {
  const double q = critical_variance(0.1), p = inside(q);
  const MeanField net{of_name("hard_tanh"), 1 / p, 0.1};
  EXPECT_NEAR(jacobian_spectrum(net, q, 20, WeightEnsemble::kOrthogonal).variance, 20 * (1 / p - 1), 1e-9);
  EXPECT_NEAR(jacobian_spectrum(net, q, 20, WeightEnsemble::kGaussian).variance, 20 / p, 1e-9);
  EXPECT_NEAR(jacobian_spectrum(net, q, 20, WeightEnsemble::kGaussian).mean, 1, 1e-9);
}

/// erf' = 2/√π e^(-u²), so that E φ'^2k = (4/π)ᵏ (1 + 4 k q)^(-½).
TEST_F(IsometryTest, MomentsOfErfsSlopeAreTheirClosedForm) {
  for (const double q : {0.0, 0.4, 3.0})
    for (int k = 1; k <= 4; ++k)
      EXPECT_CLOSE(slope_moment(*of_name("erf"), q, k),
                   std::pow(4 / std::numbers::pi, k) / std::sqrt(1 + 4 * k * q), rtol(1e-11));
  EXPECT_NEAR(slope_moment(*of_name("relu"), 2, 3), 0.5, 1e-12);
}

/// Square W/σ_w, orthogonal ones by Haar's measure.
at::Tensor draw(WeightEnsemble weights, int64_t N, at::Generator& generator) {
  const auto W = at::randn({N, N}, generator, at::kDouble);
  if (weights == WeightEnsemble::kGaussian) return W / std::sqrt(static_cast<double>(N));
  const auto [Q, R] = at::linalg_qr(W);
  return Q * R.diagonal().sign();
}

/// tr JJᵀ/N and tr (JJᵀ)²/N of networks as they are, with biases, from an input of q*.
std::pair<double, double> drawn_moments(const MeanField& net, double q, int64_t depth, WeightEnsemble weights,
                                        int64_t N, at::Generator& generator) {
  auto x = at::randn({N}, generator, at::kDouble);
  x = x * std::sqrt((q - net.bias_variance) / net.weight_variance / x.square().mean().item<double>());
  auto J = at::eye(N, at::kDouble);
  for (int64_t l = 0; l < depth; ++l) {
    const auto W = draw(weights, N, generator) * std::sqrt(net.weight_variance);
    const auto u = W.mv(x) + std::sqrt(net.bias_variance) * at::randn({N}, generator, at::kDouble);
    J = (u.abs() < 1).to(at::kDouble).unsqueeze(1) * W.mm(J);
    x = u.clamp(-1, 1);
  }
  const auto A = J.mm(J.t());
  const auto width = static_cast<double>(N);
  return {A.trace().item<double>() / width, A.square().sum().item<double>() / width};
}

/// 48 networks of width 96: their mean is allowed 8 of its own standard errors, by Student's law with 47
/// degrees of freedom 2.6e-10 for each of four, and 3/N for what a finite width moves.
TEST_F(IsometryTest, NetworksOfHardTanhHaveTheMoments) {
  constexpr int64_t kWidth = 96, kDepth = 4, kNetworks = 48;
  const double q = critical_variance(0.1);
  const MeanField net{of_name("hard_tanh"), 1 / inside(q), 0.1};
  for (const auto weights : {WeightEnsemble::kGaussian, WeightEnsemble::kOrthogonal}) {
    auto generator = make_generator(7, "isometry", static_cast<uint64_t>(weights));
    auto found = at::empty({kNetworks, 2}, at::kDouble);
    for (int64_t i = 0; i < kNetworks; ++i) {
      const auto [first, second] = drawn_moments(net, q, kDepth, weights, kWidth, generator);
      found[i][0] = first;
      found[i][1] = second;
    }
    const auto [mean, variance] = jacobian_spectrum(net, q, kDepth, weights);
    const auto expected = at::tensor({mean, variance + mean * mean}, at::kDouble);
    const auto error = found.std(0) / std::sqrt(kNetworks);
    const auto allowed = 8 * error + expected * (3.0 / kWidth);
    EXPECT_TRUE(((found.mean(0) - expected).abs() <= allowed).all().item<bool>())
        << found.mean(0) << expected << error;
    EXPECT_LT((allowed / expected).max().item<double>(),
              0.5);  // it would see the other ensemble: a factor of 2
  }
}

TEST_F(IsometryTest, BadInputIsSaidInALine) {
  const auto says = [](const char* what) {
    return testing::ThrowsMessage<c10::ValueError>(testing::HasSubstr(what));
  };
  const MeanField net{of_name("tanh"), 1, 0};
  EXPECT_THAT([&] { jacobian_spectrum(net, 1, -1, WeightEnsemble::kGaussian); },
              says("depth must be at least 0"));
  EXPECT_THAT([&] { jacobian_spectrum(net, -1, 1, WeightEnsemble::kGaussian); }, says("needs q ≥ 0"));
  const auto step = make_dual({{"name", "power_relu"}, {"power", 0}}, "test");
  EXPECT_THAT([&] { slope_moment(*step, 1, 2); }, says("autograd"));
}

}  // namespace
}  // namespace spinlab::theory
