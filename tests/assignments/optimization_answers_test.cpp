// The analytical questions of 07-optimization, answered by running the methods.
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/optim/adam.h>
#include <torch/types.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <complex>
#include <functional>
#include <vector>

#include "tests/assignments/derived_answer.h"

namespace spinlab::optimization_answers {
namespace {

const auto expect = [](const char* question, double number) { expect_answer("07", question, number); };

/// Of the heavy ball on curvature λ: the larger root of z² − (1 + β − ηλ)z + β.
double radius(double momentum, double step, double curvature) {
  const std::complex<double> half = (1 + momentum - step * curvature) / 2;
  const auto root = std::sqrt(half * half - momentum);
  return std::max(std::abs(half + root), std::abs(half - root));
}

/// Where f, which falls and then rises, is least.
double lowest(const std::function<double(double)>& f, double low, double high) {
  while (high - low > 1e-13 * high) {
    const double a = low + (high - low) / 3, b = high - (high - low) / 3;
    (f(a) < f(b) ? high : low) = f(a) < f(b) ? b : a;
  }
  return (low + high) / 2;
}

TEST(OptimizationAnswers, TheBestMomentumHasTheLeastRadius) {
  const auto worst = [](double momentum, double step) {
    return std::max(radius(momentum, step, 1), radius(momentum, step, 81));
  };
  const auto best_radius = [&](double momentum) {
    const auto of_step = [&](double step) { return worst(momentum, step); };
    return of_step(lowest(of_step, 1e-4, 0.06));
  };
  expect("BestMomentum", lowest(best_radius, 0.3, 0.95));
}

TEST(OptimizationAnswers, TheLargestStepIsWhereTheRadiusIsOne) {
  double low = 0.1, high = 10;
  while (high - low > 1e-12) {
    const double step = (low + high) / 2;
    (radius(0.9, step, 4) < 1 ? low : high) = step;
  }
  expect("LargestStepOfHeavyBall", low);
}

TEST(OptimizationAnswers, NesterovsStepsAreCounted) {
  const double momentum = (10.0 - 1) / (10 + 1);
  double x = 1, before = 1;
  int steps = 0;
  for (; std::abs(x) > 1e-3; ++steps) {
    const double ahead = x + momentum * (x - before);
    before = std::exchange(x, ahead - 0.01 * ahead);
  }
  expect("StepsOfNesterov", steps);
}

TEST(OptimizationAnswers, TheVarianceOfSgdSettles) {
  double variance = 0;
  for (int t = 0; t < 1000; ++t) variance = std::pow(1 - 0.1 * 2, 2) * variance + 0.1 * 0.1 * 4 / 8;
  expect("VarianceOfSgd", variance);
}

/// The means of all samples of `size` of these numbers, whose mean is 0.
std::vector<double> means_of_samples(const std::vector<double>& numbers, int size) {
  std::vector<double> means;
  for (unsigned chosen = 0; chosen < 1u << numbers.size(); ++chosen) {
    if (std::popcount(chosen) != size) continue;
    double sum = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) sum += (chosen >> i & 1u) * numbers[i];
    means.push_back(sum / size);
  }
  return means;
}

double mean_square(const std::vector<double>& numbers) {
  double sum = 0;
  for (const double number : numbers) sum += number * number;
  return sum / static_cast<double>(numbers.size());
}

TEST(OptimizationAnswers, ShuffledBatchesAreEnumerated) {
  const std::vector<double> gradients{-4, -3, -2.5, -1, -0.5, 0, 0.5, 1.5, 3, 6};
  const double replaced = mean_square(gradients) / 4;
  expect("NoiseOfShuffledBatches", mean_square(means_of_samples(gradients, 4)) / replaced);
}

/// Six points, every one of the 20 ways to halve them. With n points the ratio is n/(n − 1) of that with very
/// many.
TEST(OptimizationAnswers, TwoBatchesAnEpochAreEnumerated) {
  const std::vector<double> gradients{-3, -1, -0.5, 0, 1.5, 3};
  const auto firsts = means_of_samples(gradients, 3);
  double shuffled = 0, replaced = 0;
  for (int epoch = 0; epoch < 500; ++epoch) {
    double kick = 0;
    for (const double first : firsts) kick += std::pow(0.9 * 0.1 * first + 0.1 * -first, 2);
    shuffled = std::pow(0.9, 4) * shuffled + kick / static_cast<double>(firsts.size());
    for (int t = 0; t < 2; ++t) replaced = 0.81 * replaced + 0.01 * mean_square(gradients) / 3;
  }
  expect("TwoBatchesAnEpoch", shuffled / replaced * 5 / 6);
}

/// LibTorch's Adam has the correction; its first step without it is scaled by both corrections.
TEST(OptimizationAnswers, AdamsFirstStepLosesItsCorrection) {
  auto x = torch::zeros({1}, torch::kFloat64).requires_grad_();
  torch::optim::Adam adam({x}, torch::optim::AdamOptions(1).betas({0.9, 0.999}).eps(0));
  (7 * x).sum().backward();
  adam.step();
  expect("FirstStepWithoutCorrection", x.abs().item<double>() * 0.1 / std::sqrt(0.001));
}

TEST(OptimizationAnswers, NewtonsFactorByAutograd) {
  const auto x = torch::ones({}, torch::kFloat64).requires_grad_();
  const auto slope = torch::autograd::grad({x.pow(6)}, {x}, {}, true, true)[0];
  const auto curvature = torch::autograd::grad({slope}, {x})[0];
  expect("NewtonOnASixthPower", (1 - slope / curvature).item<double>());
}

TEST(OptimizationAnswers, ConjugateGradientsAreRun) {
  torch::manual_seed(2);
  const auto Q = std::get<0>(torch::linalg_qr(torch::randn({40, 2}, torch::kFloat64)));
  const auto A = torch::eye(40, torch::kFloat64) +
                 Q.matmul(torch::diag(torch::tensor({2.0, 5.0}, torch::kFloat64))).matmul(Q.t());
  auto r = torch::randn({40}, torch::kFloat64), p = r;
  int steps = 0;
  for (; r.norm().item<double>() > 1e-9; ++steps) {
    const auto Ap = A.mv(p), old = r.dot(r);
    r = r - old / p.dot(Ap) * Ap;
    p = r + r.dot(r) / old * p;
  }
  expect("StepsOfConjugateGradients", steps);
}

/// The metric is the curvature of the Kullback-Leibler divergence, here by differences in ln σ.
TEST(OptimizationAnswers, TheNaturalStepByDifferences) {
  const auto divergence = [](double sigma, double of) {
    return std::log(of / sigma) + sigma * sigma / (2 * of * of);
  };
  const double h = 1e-4, s = 1, sigma = 2;
  const auto at = [&](double data, double shift) { return divergence(data, sigma * std::exp(shift)); };
  const double slope = (at(s, h) - at(s, -h)) / (2 * h);
  const double metric = (at(sigma, h) - 2 * at(sigma, 0) + at(sigma, -h)) / (h * h);
  expect("NaturalStepOfTheWidth", sigma * std::exp(-slope / metric));
}

}  // namespace
}  // namespace spinlab::optimization_answers
