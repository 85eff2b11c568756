#include "datasets/sets/circles.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

#include "src/core/seed.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

class CirclesTest : public SpinlabTest {
 protected:
  static std::string refused(Json options) {
    options["name"] = "circles";
    return mistake([&] { load_dataset(options, DataFolders(), kSeed); });
  }
};

// The mean of N(x; r(cos θ, sin θ), σ²) over θ: the trapezoid rule is exact to rounding for periodic
// functions.
TEST_F(CirclesTest, ItsDensitiesAreTheGaussianAveragedOverTheCircle) {
  constexpr int64_t kAngles = 4000;
  const auto angle = at::arange(kAngles, at::kDouble) * (2 * std::numbers::pi / kAngles);
  const auto x = 1.5 * at::randn({100, 2}, make_generator(kSeed, "x"), at::kDouble);
  for (const double noise : {0.05, 0.3, 2.0}) {
    const auto log_p = circles({.noise = noise}).log_densities(x);
    for (int64_t k = 0; k < 2; ++k) {
      const auto circle = static_cast<double>(k + 1) * at::stack({angle.cos(), angle.sin()}, 1);
      const auto energy = (x.unsqueeze(1) - circle).square().sum(2) / (2 * noise * noise);
      const auto expected = (-energy).logsumexp(1) - std::log(kAngles * 2 * std::numbers::pi * noise * noise);
      EXPECT_CLOSE(log_p.select(1, k), expected, rtol(1e-11) + atol(1e-11)) << noise;
    }
  }
}

TEST_F(CirclesTest, ItsDensitiesIntegrateToOne) {
  const auto axis = at::arange(-6, 6, 0.03, at::kDouble);
  const auto nodes = at::meshgrid({axis, axis}, "ij");
  const auto grid = at::stack({nodes[0].flatten(), nodes[1].flatten()}, 1);
  const auto mass = circles({.radii = {0, 1, 2}}).log_densities(grid).exp().sum(0) * 0.03 * 0.03;
  EXPECT_CLOSE(mass, at::ones({3}, at::kDouble), rtol(1e-9));
}

TEST_F(CirclesTest, ThePosteriorKnowsOnlyTheRadiusAndNeverOverflows) {
  const auto angle = at::rand({50}, make_generator(kSeed, "angle"), at::TensorOptions(at::kDouble)) * 7;
  const auto turned = circles_posterior(1.4 * at::stack({angle.cos(), angle.sin()}, 1), {});
  EXPECT_CLOSE(turned, turned[0].expand_as(turned), rtol(1e-12));
  const auto far = at::tensor({0.0, 0.0, 1e4, -1e4, 1.0, 0.0}, at::kDouble).view({3, 2});
  const auto p = circles_posterior(far, {.noise = 0.001});
  EXPECT_CLOSE(p.argmax(1), at::tensor({0, 1, 0}, at::kLong), atol(0));
  EXPECT_TRUE(p.isfinite().all().item<bool>());
}

// The right decisions of n draws are a binomial variable whose mean is the integral of the larger density
// over 2: six deviations of at most 1/(2√n) fail once in 500 million.
TEST_F(CirclesTest, TheBayesRuleIsRightAsOftenAsTheIntegralSays) {
  constexpr int64_t kSamples = 40'000;
  const auto axis = at::arange(-5, 5, 0.01, at::kDouble);
  const auto nodes = at::meshgrid({axis, axis}, "ij");
  const auto grid = at::stack({nodes[0].flatten(), nodes[1].flatten()}, 1);
  const auto best = circles({}).log_densities(grid).exp().amax(1).sum().item<double>() / 2 * 0.01 * 0.01;
  const auto set = load_dataset({{"name", "circles"}, {"samples", kSamples}}, DataFolders(), kSeed);
  EXPECT_CLOSE(bayes_accuracy(set, set.test), best, atol(3 / std::sqrt(kSamples)));
  EXPECT_EQ(set.classes.size(), 2);
}

TEST_F(CirclesTest, RefusesOptionsOutOfRange) {
  EXPECT_THAT(refused({{"radii", {1}}}), HasSubstr("radii: 1 circles; 2 to 1000 classes are possible"));
  EXPECT_THAT(refused({{"radii", {1, -1}}}), HasSubstr("radii must lie in [0, "));
  EXPECT_THAT(refused({{"noise", 0}}), HasSubstr("noise must lie in [0.001, "));
  EXPECT_THAT(refused({{"samples", 1}}), HasSubstr("samples must lie in [2, "));
}

}  // namespace
}  // namespace spinlab::datasets
