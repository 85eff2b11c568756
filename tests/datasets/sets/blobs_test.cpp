#include "datasets/sets/blobs.h"

#include <ATen/ATen.h>

#include <cmath>

#include "datasets/validation.h"
#include "src/core/seed.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

class BlobsTest : public SpinlabTest {
 protected:
  static Dataset load(Json options, std::uint64_t seed = kSeed) {
    options["name"] = "blobs";
    return load_dataset(options, DataFolders(), seed);
  }
  static std::string refused(const Json& options) {
    return mistake([&] { load(options); });
  }
};

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

// p(1 | x) = 1 / (1 + e^{-a}) with a = (μ₁ - μ₀)·x/σ² - (μ₁² - μ₀²)/2σ² + log π₁/π₀ [Bishop, PRML, eq. 4.65
// to 4.67].
TEST_F(BlobsTest, OfTwoGaussiansThePosteriorIsTheLogisticFunctionOfALine) {
  const BlobsOptions options{
      .classes = 2, .dimensions = 3, .separation = 1.7, .noise = 0.8, .priors = {3, 1}};
  const auto x = 4 * at::randn({500, 3}, make_generator(kSeed, "x"), at::kDouble);
  const auto mu = blobs_means(options);
  const auto along = x.matmul(mu[1] - mu[0]) - 0.5 * (mu[1].square().sum() - mu[0].square().sum());
  const auto expected = (along / (0.8 * 0.8) + std::log(1.0 / 3)).sigmoid();
  const auto p = blobs_posterior(x, options);
  EXPECT_CLOSE(p.select(1, 1), expected, rtol(1e-12) + atol(1e-15));
  EXPECT_CLOSE(p.sum(1), at::ones({500}, at::kDouble), rtol(1e-14));
}

// The accuracy of n draws deviates from Φ(Δ/2σ) with √(p(1-p)/n); of 5.5 such deviations one in 26 million is
// outside.
TEST_F(BlobsTest, TheBayesErrorOfTwoGaussiansIsExact) {
  constexpr int64_t kSamples = 100'000;
  for (const double noise : {0.5, 1.0, 2.0}) {
    const auto set = load({{"classes", 2}, {"separation", 2.0}, {"noise", noise}, {"samples", kSamples}});
    const auto p = normal_cdf(1 / noise);
    EXPECT_CLOSE(bayes_accuracy(set, set.test), p, atol(5.5 * std::sqrt(p * (1 - p) / kSamples))) << noise;
  }
}

TEST_F(BlobsTest, NeighboursAreAsFarApartAsAskedFor) {
  for (const int64_t dimensions : {1, 2, 5}) {
    const auto means = blobs_means({.classes = 4, .dimensions = dimensions, .separation = 3});
    const auto apart = (means.slice(0, 1) - means.slice(0, 0, 3)).square().sum(1).sqrt();
    EXPECT_CLOSE(apart, at::full({3}, 3.0, at::kDouble), rtol(1e-14)) << dimensions;
  }
}

// Two Gaussians a class: the corners of a square in turns. By hand, at two points of its plane.
TEST_F(BlobsTest, OfSeveralComponentsADensityIsTheirMean) {
  const BlobsOptions options{.classes = 2, .components = 2, .separation = 2, .noise = 0.7};
  const auto means = blobs_means(options);
  EXPECT_CLOSE(means[0], -means[2], atol(1e-14));
  EXPECT_CLOSE(means[1], -means[3], atol(1e-14));
  const auto x = at::tensor({0.3, 1.1, -2.0, 0.4}, at::kDouble).view({2, 2});
  for (int64_t i = 0; i < 2; ++i) {
    const auto gauss = [&](int64_t j) {
      return std::exp(-(x[i] - means[j]).square().sum().item<double>() / 0.98);
    };
    const auto one = gauss(1) + gauss(3);
    EXPECT_CLOSE(blobs_posterior(x, options)[i][1].item<double>(), one / (one + gauss(0) + gauss(2)),
                 rtol(1e-12));
  }
  EXPECT_CLOSE(blobs_posterior(at::zeros({1, 2}, at::kDouble), options)[0][0].item<double>(), 0.5,
               rtol(1e-12));
}

TEST_F(BlobsTest, ItsDensitiesIntegrateToOne) {
  const auto axis = at::arange(-12, 12, 0.05, at::kDouble);
  const auto nodes = at::meshgrid({axis, axis}, "ij");
  const auto grid = at::stack({nodes[0].flatten(), nodes[1].flatten()}, 1);
  const auto mass = blobs({.components = 2}).log_densities(grid).exp().sum(0) * 0.05 * 0.05;
  EXPECT_CLOSE(mass, at::ones({3}, at::kDouble), rtol(1e-9));
}

// Shares of n draws deviate with at most 1/(2√n); six of them.
TEST_F(BlobsTest, ClassesComeAsOftenAsTheirPriorsSay) {
  const auto set = load({{"priors", {5, 3, 2}}, {"samples", 40'000}});
  const auto shares = set.train.targets.bincount({}, 3).to(at::kDouble) / 40'000;
  EXPECT_CLOSE(shares, at::tensor({0.5, 0.3, 0.2}, at::kDouble), atol(3.0 / 200));
}

TEST_F(BlobsTest, TheSeedDecidesThePointsAndCutsKeepThePosterior) {
  auto set = load({{"max_test", 10}, {"samples", 50}}, 1);
  EXPECT_TRUE(set.train.inputs.equal(load({{"samples", 50}}, 1).train.inputs));
  EXPECT_FALSE(set.train.inputs.equal(load({{"samples", 50}}, 2).train.inputs));
  EXPECT_FALSE(set.train.inputs.equal(load({{"samples", 50}}, 1).test.inputs));
  EXPECT_EQ(set.test.size(), 10);
  cut_validation(set, 0.2, 1);
  EXPECT_GT(bayes_accuracy(set, set.parts.at("validation")), 0.5);
  EXPECT_CLOSE(set.mean, set.train.inputs.mean(0), rtol(1e-12));
}

TEST_F(BlobsTest, RefusesOptionsOutOfRange) {
  EXPECT_THAT(refused({{"classes", 1}}), HasSubstr("classes must lie in [2, 1000]"));
  EXPECT_THAT(refused({{"samples", 1}}), HasSubstr("samples must lie in [2, "));
  EXPECT_THAT(refused({{"dimensions", 0}}), HasSubstr("dimensions must lie in [1, "));
  EXPECT_THAT(refused({{"components", 0}}), HasSubstr("components must lie in [1, "));
  EXPECT_THAT(refused({{"separation", -1}}), HasSubstr("separation must lie in [0, "));
  EXPECT_THAT(refused({{"noise", 0}}), HasSubstr("noise must lie in ["));
  EXPECT_THAT(refused({{"classes", 1000}, {"components", 11}}), HasSubstr("are more than 10000 Gaussians"));
  EXPECT_THAT(refused({{"priors", {1, 2}}}), HasSubstr("priors: 2 shares for 3 classes"));
  EXPECT_THAT(refused({{"priors", Json::array()}}), HasSubstr("priors: 0 shares for 3 classes"));
  EXPECT_THAT(refused({{"priors", {1, 2, 0}}}), HasSubstr("priors must be above 0"));
  EXPECT_THAT(refused({{"samples", 10'000'000}, {"dimensions", 1000}}), HasSubstr("do not fit in memory"));
}

TEST_F(BlobsTest, WithoutAPosteriorThereIsNoBayesRule) {
  const auto set = load_dataset({{"name", "linear"}}, DataFolders(), 1);
  EXPECT_THAT(mistake([&] { bayes_accuracy(set, set.test); }),
              HasSubstr("linear: the exact posterior is not known"));
}

}  // namespace
}  // namespace spinlab::datasets
