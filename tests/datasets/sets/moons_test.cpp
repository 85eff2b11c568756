#include "datasets/sets/moons.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

#include "src/core/seed.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

class MoonsTest : public SpinlabTest {
 protected:
  static at::Tensor points() {
    return at::tensor({0.5, 0.25}, at::kDouble) +
           at::randn({60, 2}, make_generator(kSeed, "x"), at::kDouble).clamp(-2.5, 2.5);
  }
  static at::Tensor grid(double step) {
    const auto axis = at::arange(-4, 5, step, at::kDouble);
    const auto nodes = at::meshgrid({axis, axis}, "ij");
    return at::stack({nodes[0].flatten(), nodes[1].flatten()}, 1);
  }
};

/// The tanh-sinh rule: θ = π/2 (1 + tanh(π/2 sinh t)) in even steps of t, which nothing at the ends of the
/// arc disturbs. [Takahasi and Mori, Publ. RIMS 9 (1974) 721]
at::Tensor tanh_sinh(const at::Tensor& x, int64_t of_class, double noise) {
  constexpr double kHalfPi = std::numbers::pi / 2, kStep = 1e-3;
  const auto t = at::arange(-3.5, 3.5, kStep, at::kDouble), u = kHalfPi * t.sinh();
  const auto angle = kHalfPi * (1 + u.tanh());
  const auto log_weights = (0.5 * kHalfPi * kStep * t.cosh() / u.cosh().square()).log();
  const auto arc = of_class == 0 ? at::stack({angle.cos(), angle.sin()}, 1)
                                 : at::stack({1 - angle.cos(), 0.5 - angle.sin()}, 1);
  const auto energy = (x.unsqueeze(1) - arc).square().sum(2) / (2 * noise * noise);
  return (log_weights - energy).logsumexp(1) - std::log(2 * std::numbers::pi * noise * noise);
}

TEST_F(MoonsTest, TheIntegralOverTheArcIsRightToTwelveDigits) {
  const auto x = points();
  for (const double noise : {0.05, 0.2, 1.0, 10.0}) {
    const auto log_p = moons({.noise = noise}).log_densities(x);
    for (int64_t k = 0; k < 2; ++k)
      EXPECT_CLOSE(log_p.select(1, k), tanh_sinh(x, k, noise), rtol(1e-12) + atol(1e-12)) << noise;
  }
}

TEST_F(MoonsTest, ItsDensitiesIntegrateToOne) {
  const auto mass = moons({}).log_densities(grid(0.05)).exp().sum(0) * 0.05 * 0.05;
  EXPECT_CLOSE(mass, at::ones({2}, at::kDouble), rtol(1e-9));
}

TEST_F(MoonsTest, TheMoonsChangePlacesWhenTurnedAboutTheirMiddle) {
  const auto x = points();
  const auto turned = at::tensor({1.0, 0.5}, at::kDouble) - x;
  EXPECT_CLOSE(moons_posterior(turned, {}), moons_posterior(x, {}).flip({1}), rtol(1e-9) + atol(1e-15));
  const auto middle = at::tensor({0.5, 0.25}, at::kDouble).unsqueeze(0);
  EXPECT_CLOSE(moons_posterior(middle, {})[0][0].item<double>(), 0.5, rtol(1e-12));
}

// The right decisions of n draws are a binomial variable whose mean is the integral of the larger density
// over 2: six deviations of at most 1/(2√n) fail once in 500 million.
TEST_F(MoonsTest, TheBayesRuleIsRightAsOftenAsTheIntegralSays) {
  constexpr int64_t kSamples = 40'000;
  const auto best =
      moons({.noise = 0.4}).log_densities(grid(0.02)).exp().amax(1).sum().item<double>() / 2 * 0.0004;
  const auto set =
      load_dataset({{"name", "moons"}, {"samples", kSamples}, {"noise", 0.4}}, DataFolders(), kSeed);
  EXPECT_CLOSE(bayes_accuracy(set, set.test), best, atol(3 / std::sqrt(kSamples)));
}

TEST_F(MoonsTest, RefusesOptionsOutOfRange) {
  const auto refused = [](const char* key, const Json& value) {
    return mistake([&] { load_dataset({{"name", "moons"}, {key, value}}, DataFolders(), kSeed); });
  };
  EXPECT_THAT(refused("noise", 0), HasSubstr("noise must lie in [0.01, 1000]"));
  EXPECT_THAT(refused("samples", 1), HasSubstr("samples must lie in [2, "));
}

}  // namespace
}  // namespace spinlab::datasets
