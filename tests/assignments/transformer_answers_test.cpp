// The analytical questions of 12-transformer, answered by root finding, enumeration, counting tensors and
// simulation of what they ask about.
#include <gtest/gtest.h>
#include <torch/nn/modules/transformerlayer.h>
#include <torch/types.h>

#include <cmath>
#include <functional>
#include <vector>

#include "tests/assignments/derived_answer.h"

namespace spinlab::transformer_answers {
namespace {

using torch::Tensor;

const auto expect = [](const char* question, double number) { expect_answer("12", question, number); };

double root_between(double low, double high, const std::function<double(double)>& f) {
  for (int i = 0; i < 200; ++i) {
    const double middle = (low + high) / 2;
    (f(low) * f(middle) <= 0 ? high : low) = middle;
  }
  return low;
}

/// The number of keys with a score near E is s e^(−E²/2d). Where the weights are, at E = d, it has to be 1 at
/// least.
TEST(TransformerAnswers, FreezingWhereNoKeyIsLeft) {
  const auto keys_at = [](double d) {
    const double step = 1e-5, score = d;  // where e^E times the number is largest
    const auto weight = [&](double E) { return E - E * E / (2 * d); };
    EXPECT_NEAR((weight(score + step) - weight(score - step)) / (2 * step), 0, 1e-6);
    return std::log(500.0) - score * score / (2 * d);
  };
  expect("FrozenDimension", root_between(1, 100, keys_at));
}

/// Two-point distributions with these moments: the mean over the four signs, and of the square.
TEST(TransformerAnswers, ScoresBySigns) {
  double mean = 0, square = 0;
  for (const double q : {-0.5, 1.5}) {
    for (const double k : {-1 - std::sqrt(2.0), -1 + std::sqrt(2.0)}) {
      mean += q * k / 4;
      square += q * k * q * k / 4;
    }
  }
  expect("ScoreVariance", 64 * (square - mean * mean));
}

/// Weights of LibTorch's own layer, each used once a token; two products for each pair of places.
TEST(TransformerAnswers, CostsOfALayer) {
  const int64_t d = 768;
  torch::nn::TransformerEncoderLayer layer(
      torch::nn::TransformerEncoderLayerOptions(d, 12).dim_feedforward(4 * d));
  double weights = 0;
  for (const auto& parameter : layer->parameters())
    if (parameter.dim() == 2) weights += static_cast<double>(parameter.numel());
  expect("EqualCost", root_between(1, 1e6, [&](double t) { return 2 * t * weights - 2 * (2 * t * t * d); }));
}

TEST(TransformerAnswers, BytesOfACache) {
  int64_t bytes = 0;
  for (int layer = 0; layer < 32; ++layer)
    for (int kind = 0; kind < 2; ++kind)
      bytes += torch::empty({1, 8, 1, 4096 / 32}, torch::kFloat16).nbytes();
  expect("CacheBytes", static_cast<double>(bytes));
}

/// Each pair is slower than the one before by the same factor; 64 of these are 10,000.
TEST(TransformerAnswers, TheSlowestPair) {
  const double factor = std::pow(10000.0, 1.0 / 64);
  double angle = 1;
  for (int pair = 1; pair < 64; ++pair) angle /= factor;
  expect("RotaryPeriod", 2 * M_PI / angle);
}

/// Of 1,000 tokens with these probabilities: one over the geometric mean.
TEST(TransformerAnswers, PerplexityOfAText) {
  double product = 1;
  for (int token = 0; token < 1000; ++token) product *= std::pow(token % 2 == 0 ? 1.0 : 16.0, 1.0 / 1000);
  expect("Perplexity", product);
}

TEST(TransformerAnswers, TokensOfANucleus) {
  const auto weights = torch::pow(2.0, -torch::arange(1, 2000, torch::kFloat64) / 2);
  const auto sums = weights.cumsum(0) / weights.sum();
  expect("NucleusSize", static_cast<double>((sums < 0.99).sum().item<int64_t>() + 1));
}

/// E C² by its eigenvalues' moments: the mean error over all directions at the rate where it is least, for
/// Gaussian designs whose second moment is summed by Wick's theorem index by index.
TEST(TransformerAnswers, WhatAStepLeaves) {
  const int d = 10, n = 20;
  double square = 0;
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j)
      for (int a = 0; a < d; ++a)
        for (int b = 0; b < d; ++b) square += (a == b) + (i == j) + (i == j && a == b);
  square /= n * n * d;
  const auto error = [&](double rate) { return 1 - 2 * rate + rate * rate * square; };
  const double rate = root_between(0, 2, [&](double at) { return error(at + 1e-6) - error(at - 1e-6); });
  expect("StepLeft", error(rate));
}

}  // namespace
}  // namespace spinlab::transformer_answers
