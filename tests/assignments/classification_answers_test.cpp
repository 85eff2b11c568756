// The analytical questions of 02-classification, answered by numbers alone.
#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>

#include "tests/assignments/derived_answer.h"

namespace spinlab::classification_answers {
namespace {

using torch::Tensor;

const auto expect = [](const char* question, double number) { expect_answer("02", question, number); };

Tensor normal_density(const Tensor& x, double mean) {
  return (-(x - mean).square() / 2).exp() / std::sqrt(2 * std::acos(-1.0));
}

/// What the most probable class leaves of ∫ Σ_c p_c/3.
TEST(ClassificationAnswers, TheErrorOfThreeIsWhatTheLargestDensityLeaves) {
  const auto x = torch::arange(-14, 14, 1e-4, torch::kFloat64);
  const auto all = torch::stack({normal_density(x, -2), normal_density(x, 0), normal_density(x, 2)});
  expect("ThreeInARow", 1 - all.amax(0).sum().item<double>() * 1e-4 / 3);
}

/// Over all directions (cos φ, sin φ) of (w, b): the largest of the smaller margin.
TEST(ClassificationAnswers, TheBestMarginIsFoundByTurningThePlane) {
  const auto angle = torch::arange(0, 2 * std::acos(-1.0), 1e-6, torch::kFloat64);
  const auto margin = torch::minimum(-angle.sin(), angle.cos() + angle.sin()).max().item<double>();
  expect("NovikoffForTwoPoints", 2 / (margin * margin));
}

/// The log-odds of counts: 500 of 1,000 in the sample, 5 of 100 in the population, at any one x.
TEST(ClassificationAnswers, TheInterceptMovesByTheRatioOfOdds) {
  const double likelihood_ratio = 3.7;
  const double sampled = 0.5 * likelihood_ratio / (0.5 * likelihood_ratio + 0.5);
  const double whole = 0.05 * likelihood_ratio / (0.05 * likelihood_ratio + 0.95);
  expect("InterceptOfRareEvents", std::log(whole / (1 - whole)) - std::log(sampled / (1 - sampled)));
}

/// ∫ p₁(s) P(score of a 0 < s) ds, the inner one added up on the same grid.
TEST(ClassificationAnswers, TheAreaIsADoubleIntegral) {
  const auto s = torch::arange(-9, 11, 1e-4, torch::kFloat64);
  const auto zero = normal_density(s, 0);
  const auto below = (zero.cumsum(0) - zero / 2) * 1e-4;
  expect("AreaOfTwoGaussians", (normal_density(s, 2) * below).sum().item<double>() * 1e-4);
}

/// All sixteen cases of three neighbours and one outcome.
TEST(ClassificationAnswers, ThreeNeighboursAreCountedOut) {
  double error = 0;
  for (int cases = 0; cases < 16; ++cases) {
    double weight = 1;
    int votes = 0;
    for (int i = 0; i < 4; ++i) {
      const bool one = cases >> i & 1;
      weight *= one ? 0.1 : 0.9;
      votes += i < 3 && one;
    }
    if ((votes >= 2) != (cases >> 3 == 1)) error += weight;
  }
  expect("ThreeNeighboursOfNoise", error);
}

/// The mean loss as a function of what is said, at its minimum on a grid and at twice the log-odds.
TEST(ClassificationAnswers, OverconfidenceCostsWhatTheLossSays) {
  const auto loss = [](const Tensor& z) { return 0.8 * (1 + (-z).exp()).log() + 0.2 * (1 + z.exp()).log(); };
  const auto z = torch::arange(-3, 5, 1e-5, torch::kFloat64);
  const auto said = torch::full({1}, 2 * std::log(4.0), torch::kFloat64);
  expect("PriceOfOverconfidence", (loss(said) - loss(z).min()).item<double>());
}

/// Scores w·x of two symmetric phases that attain the bound: 0 for all ordered states, ±1 for the disordered ones.
/// Thresholds between any two of them, for scores of either phase in any of a few symmetric distributions.
TEST(ClassificationAnswers, NoThresholdDoesBetterOnSymmetricScores) {
  double best = 0;
  for (const double ordered : {0.0, 0.5, 1.0, 2.0}) {
    for (const double disordered : {0.0, 0.5, 1.0, 2.0}) {
      for (const double threshold : {-3.0, -1.5, -0.7, -0.2, 0.2, 0.7, 1.5, 3.0}) {
        const auto above = [&](double size) { return ((size > threshold) + (-size > threshold)) / 2.0; };
        const double right = (7 * above(ordered) + 6 * (1 - above(disordered))) / 13;
        best = std::max({best, right, 1 - right});
      }
    }
  }
  expect("LinearRuleOnPhases", best);
}

/// Runge and Kutta's method of fourth order, in steps of 0.01.
TEST(ClassificationAnswers, TheFlowIsIntegratedStepByStep) {
  const auto slope = [](double w) { return 3 / (1 + std::exp(3 * w)); };
  double w = 0;
  const double h = 0.01;
  for (int step = 0; step < 100'000; ++step) {
    const double a = slope(w), b = slope(w + h / 2 * a), c = slope(w + h / 2 * b), d = slope(w + h * c);
    w += h / 6 * (a + 2 * b + 2 * c + d);
  }
  expect("NormAfterALongTime", w);
}

}  // namespace
}  // namespace spinlab::classification_answers
