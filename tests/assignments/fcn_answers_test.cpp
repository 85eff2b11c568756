// The analytical questions of 08-fcn, answered by LibTorch's layers, autograd and quadrature.
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/nn/functional/loss.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>
#include <torch/types.h>

#include <cmath>
#include <functional>

#include "tests/assignments/derived_answer.h"

namespace spinlab::fcn_answers {
namespace {

using torch::Tensor;

const auto expect = [](const char* question, double number) { expect_answer("08", question, number); };

TEST(FcnAnswers, ParametersAreCounted) {
  const torch::nn::Sequential network(torch::nn::Linear(784, 128), torch::nn::Linear(128, 64), torch::nn::Linear(64, 10));
  int64_t count = 0;
  for (const auto& parameter : network->parameters()) count += parameter.numel();
  expect("Parameters", static_cast<double>(count));
}

TEST(FcnAnswers, CurvatureByAutograd) {
  const auto logits = torch::tensor({{1.0, 2.0, 5.0}}, torch::kFloat64).log().requires_grad_();
  const auto loss = torch::nn::functional::cross_entropy(logits, torch::zeros({1}, torch::kLong));
  const auto slope = torch::autograd::grad({loss}, {logits}, {}, true, true)[0][0];
  double trace = 0;
  for (int i = 0; i < 3; ++i) trace += torch::autograd::grad({slope[i]}, {logits}, {}, true)[0][0][i].item<double>();
  expect("CurvatureOfTheLoss", trace);
}

/// E f(z), z a standard Gaussian, by the trapezoidal rule, which is exact to rounding for what is smooth.
double mean(const std::function<Tensor(const Tensor&)>& f) {
  const auto z = torch::linspace(-12, 12, 48'000, torch::kFloat64);  // none at 0, where leaky ReLU has a kink
  const auto density = (-z.square() / 2).exp();
  return ((f(z) * density).sum() / density.sum()).item<double>();
}

TEST(FcnAnswers, LeakyReLUIsCriticalWhereSlopesKeepTheirMeanSquare) {
  expect("LeakyReLU", 1 / mean([](const Tensor& z) { return torch::where(z > 0, 1.0, 0.1).to(torch::kFloat64).square(); }));
}

/// q* of tanh at σ_w² = 1 + ε, by bisection: below it the variance grows.
double fixed_point(double epsilon) {
  double low = epsilon / 10, high = 10 * epsilon;
  while (high - low > 1e-14) {
    const double q = (low + high) / 2;
    const double next = (1 + epsilon) * mean([q](const Tensor& z) { return (std::sqrt(q) * z).tanh().square(); });
    (next > q ? low : high) = q;
  }
  return low;
}

/// To order ε²: f(ε) = c + a ε + …
double at_zero(const std::function<double(double)>& f, double epsilon) { return 2 * f(epsilon / 2) - f(epsilon); }

TEST(FcnAnswers, NearCriticalityByIteration) {
  expect("FixedPointNearCriticality", at_zero([](double e) { return fixed_point(e) / e; }, 4e-3));
  const auto excess = [](double e) {
    const double root = std::sqrt(fixed_point(e));
    const auto slope = [root](const Tensor& z) { return (1 - (root * z).tanh().square()).square(); };
    return ((1 + e) * mean(slope) - 1) / (e * e);
  };
  expect("FactorNearCriticality", at_zero([&](double e) { return at_zero(excess, e); }, 4e-3));
}

TEST(FcnAnswers, LayersAreCounted) {
  int layers = 0;
  for (double mean_square = 1; mean_square > 1e-6; mean_square *= 0.9) ++layers;
  expect("DepthOfGradients", layers);
}

TEST(FcnAnswers, TheRateByTwoSteps) {
  torch::manual_seed(3);
  const auto a = torch::randn({400}, torch::kFloat64);
  const auto omega = torch::randn({3, 400}, torch::kFloat64).requires_grad_();
  const auto W = (omega.detach() / 20).requires_grad_();
  const auto loss = [&](const Tensor& weights) { return weights.mv(a).pow(3).sum(); };
  const auto ntk_step = torch::autograd::grad({loss(omega / 20)}, {omega})[0] / 20;
  const auto gradient = torch::autograd::grad({loss(W)}, {W})[0];
  expect("RateOfTheNtkParametrisation", (ntk_step / gradient).mean().item<double>());
}

}  // namespace
}  // namespace spinlab::fcn_answers
