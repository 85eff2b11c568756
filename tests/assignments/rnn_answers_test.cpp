// The analytical questions of 11-rnn, answered by LibTorch's layers, by powers of matrices, counting and
// sums.
#include <gtest/gtest.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/rnn.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>

#include "tests/assignments/derived_answer.h"

namespace spinlab::rnn_answers {
namespace {

using torch::Tensor;

const auto expect = [](const char* question, double number) { expect_answer("11", question, number); };

Tensor matrix(double a, double b, double c, double d) {
  return torch::tensor({a, b, c, d}, torch::kFloat64).view({2, 2});
}

/// Step by step.
TEST(RnnAnswers, AGradientThroughARotation) {
  const auto U = 0.8 * matrix(std::cos(1), -std::sin(1), std::sin(1), std::cos(1));
  auto g = torch::tensor({0.6, 0.8}, torch::kFloat64);
  int steps = 0;
  while (g.norm().item<double>() >= 1e-6) {
    g = U.t().mv(g);
    ++steps;
  }
  expect("ReachOfAGradient", steps);
}

TEST(RnnAnswers, PowersOfAMatrixThatIsNotNormal) {
  const auto U = matrix(0.9, 1, 0, 0.9);
  auto power = U;
  double largest = 0;
  for (int t = 1; t < 300; ++t) {
    largest = std::max(largest, power[0][1].item<double>());
    power = power.mm(U);
  }
  expect("LargestGain", largest);
}

/// LibTorch's LSTM, with the bias found by bisection.
TEST(RnnAnswers, HalfOfACellAfterAHundredSteps) {
  torch::nn::LSTM lstm(torch::nn::LSTMOptions(1, 1));
  lstm->to(torch::kFloat64);
  const torch::NoGradGuard no_grad;
  for (auto& parameter : lstm->parameters()) parameter.zero_();
  const auto x = torch::zeros({100, 1, 1}, torch::kFloat64), zero = torch::zeros({1, 1, 1}, torch::kFloat64);
  const auto left = [&](double bias) {
    lstm->named_parameters()["bias_ih_l0"][1] = bias;
    return std::get<1>(std::get<1>(lstm->forward(x, std::tuple(zero, zero + 1)))).item<double>();
  };
  double low = 0, high = 20;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (left(middle) < 0.5 ? low : high) = middle;
  }
  expect("ForgetBias", low);
}

TEST(RnnAnswers, NumbersOfTheModel) {
  int64_t numbers = 0;
  const auto count = [&](const torch::nn::Module& module) {
    for (const auto& parameter : module.parameters()) numbers += parameter.numel();
  };
  count(*torch::nn::Embedding(65, 128));
  count(*torch::nn::LSTM(torch::nn::LSTMOptions(128, 512)));
  count(*torch::nn::Linear(512, 65));
  expect("LstmNumbers", static_cast<double>(numbers));
}

/// The derivative of h by b runs along with h; in a piece it begins at 0.
TEST(RnnAnswers, TheLastPieceOfALongText) {
  const auto derivative = [](int steps) {
    double slope = 0;
    for (int t = 0; t < steps; ++t) slope = 1 + 0.95 * slope;
    return slope;
  };
  expect("SeenFraction", derivative(25) / derivative(5000));
}

/// Boltzmann's distribution of two energies.
TEST(RnnAnswers, TwoTokensAtTwiceTheTemperature) {
  const double gap = -std::log(0.1) + std::log(0.9);
  expect("HottestToken", 1 / (1 + std::exp(-gap / 2)));
}

/// Operations counted in loops.
TEST(RnnAnswers, ProductsOfLearningForwards) {
  const auto ratio = [](int m) {
    double state = 0, slopes = 0;
    for (int k = 0; k < m; ++k) {
      for (int l = 0; l < m; ++l) {
        state += 2;
        for (int i = 0; i < m; ++i)
          for (int j = 0; j < m; ++j) slopes += 2;
      }
    }
    return slopes / state;
  };
  expect("OnlineCost", ratio(130));
}

}  // namespace
}  // namespace spinlab::rnn_answers
