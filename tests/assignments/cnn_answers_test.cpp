// The analytical questions of 09-cnn, answered by LibTorch's layers and autograd, by counting and by
// enumeration.
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/nn/modules/conv.h>
#include <torch/types.h>

#include <cmath>
#include <vector>

#include "tests/assignments/derived_answer.h"

namespace spinlab::cnn_answers {
namespace {

using torch::Tensor;

const auto expect = [](const char* question, double number) { expect_answer("09", question, number); };

/// The pixels on which one output depends.
TEST(CnnAnswers, TheFieldByADerivative) {
  const auto image = torch::zeros({1, 1, 400}, torch::kFloat64).requires_grad_();
  const auto taps = torch::ones({1, 1, 3}, torch::kFloat64);
  auto y = image;
  for (int i = 0; i < 3; ++i) y = at::avg_pool1d(at::conv1d(at::conv1d(y, taps), taps), 2);
  y = at::conv1d(y, taps);
  const auto slope = torch::autograd::grad({y[0][0][y.size(2) / 2]}, {image})[0];
  expect("ReceptiveField", static_cast<double>(slope.count_nonzero().item<int64_t>()));
}

/// A layer multiplies with each of its weights once for each output pixel.
TEST(CnnAnswers, MultiplicationsAreWeights) {
  const auto weights = [](const torch::nn::Conv2dOptions& options) {
    return static_cast<double>(torch::nn::Conv2d(options)->weight.numel());
  };
  const double separable = weights(torch::nn::Conv2dOptions(64, 64, 3).groups(64)) + weights({64, 128, 1});
  expect("SeparableMultiplications", separable / weights({64, 128, 3}));
}

TEST(CnnAnswers, TheRunningVarianceByTenBatches) {
  const auto batch = 2 * std::sqrt(5.0 / 10) * torch::arange(-2, 3, torch::kFloat64).view({5, 1, 1, 1});
  ASSERT_NEAR(batch.var(0, false).item<double>(), 4, 1e-12);
  const auto mean = torch::zeros({1}, torch::kFloat64), variance = torch::ones({1}, torch::kFloat64);
  for (int t = 0; t < 10; ++t) at::batch_norm(batch, {}, {}, mean, variance, true, 0.1, 1e-5, false);
  expect("RunningVariance", variance.item<double>());
}

TEST(CnnAnswers, BrokenPixelsAreCounted) {
  torch::manual_seed(7);
  const auto image = torch::randn({1, 1, 32, 32}, torch::kFloat64);
  std::vector<Tensor> weights;
  for (int l = 0; l < 5; ++l) weights.push_back(torch::randn({1, 1, 3, 3}, torch::kFloat64));
  const auto network = [&](Tensor x) {
    for (const auto& weight : weights) x = at::conv2d(x, weight, {}, 1, 1);
    return x;
  };
  const auto difference = network(image.roll({3, 5}, {2, 3})) - network(image).roll({3, 5}, {2, 3});
  expect("BrokenPixels", static_cast<double>(difference.abs().gt(1e-8).sum().item<int64_t>()));
}

/// One channel, one tap ±√α: the mean over both signs of (1 ± √α)² is 1 + α in each layer.
TEST(CnnAnswers, TheStreamBySigns) {
  const double tap = std::sqrt(1.0 / 54), layer = (std::pow(1 + tap, 2) + std::pow(1 - tap, 2)) / 2;
  double growth = 1;
  for (int l = 0; l < 54; ++l) growth *= layer;
  expect("StreamGrowth", growth);
}

TEST(CnnAnswers, TheEffectiveFieldByADerivative) {
  const auto image = torch::zeros({1, 1, 61, 61}, torch::kFloat64).requires_grad_();
  auto y = image;
  for (int l = 0; l < 20; ++l) y = at::avg_pool2d(y, 3, 1);
  const auto weight = torch::autograd::grad({y[0][0][10][10]}, {image})[0][0][0].sum(1);
  const auto rows = torch::arange(61, torch::kFloat64) - 30;
  expect("EffectiveField", std::sqrt((weight * rows.square()).sum().item<double>()));
}

/// A loss of the direction of w alone, in two dimensions: ℓ = angle, whose gradient has the length 1/|w|.
TEST(CnnAnswers, TheNormByThreeSteps) {
  auto w = torch::tensor({1.0, 0.0}, torch::kFloat64);
  for (int step = 0; step < 3; ++step) {
    const auto leaf = w.clone().requires_grad_();
    w = w - torch::autograd::grad({torch::atan2(leaf[1], leaf[0])}, {leaf})[0];
  }
  expect("NormAfterSteps", w.norm().item<double>());
}

/// Of all weights (4, 4, 3, 3) between the planes of one channel those that a quarter turn leaves as they
/// are: the trace of the mean over the four turns is the dimension of this space.
TEST(CnnAnswers, TurnedWeightsAreTheInvariantOnes) {
  const auto basis = torch::eye(144, torch::kFloat64).view({144, 4, 4, 3, 3});
  auto turned = basis, mean = torch::zeros_like(basis);
  for (int quarter = 0; quarter < 4; ++quarter) {
    mean += turned / 4;
    turned = torch::rot90(turned.roll({1, 1}, {1, 2}), 1, {-2, -1});
  }
  expect("TurnedWeights", 16 * 16 * mean.view({144, 144}).trace().item<double>());
}

}  // namespace
}  // namespace spinlab::cnn_answers
