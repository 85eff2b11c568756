// The analytical questions of 01-regression, answered by numbers alone.
#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <functional>

#include "tests/assignments/derived_answer.h"

namespace spinlab::regression_answers {
namespace {

using torch::Tensor;

const auto expect = [](const char* question, double number) { expect_answer("01", question, number); };

TEST(RegressionAnswers, DegreesOfFreedomAreTheTraceOfTheHatMatrix) {
  torch::manual_seed(1);
  const int n = 7;
  auto centred = torch::randn({n, 3}, torch::kFloat64);
  centred -= centred.mean(0);
  const auto X = std::get<0>(torch::linalg_qr(centred)) * torch::tensor({4.0, 1.0, 0.25}, torch::kFloat64).mul(n).sqrt();
  const auto inverse = torch::linalg_inv(X.t().matmul(X) + 1.0 * n * torch::eye(3, torch::kFloat64));
  expect("DegreesOfFreedom", X.matmul(inverse).matmul(X.t()).trace().item<double>());
}

TEST(RegressionAnswers, TheLeastErrorIsThatOfTheBestPenaltyOnAGrid) {
  const auto lambda = torch::arange(0, 1, 1e-5, torch::kFloat64);
  const auto error = (1 / (1 + lambda) - 1).square() + 4.0 / 100 / (1 + lambda).square();
  expect("LeastErrorOfRidge", error.min().item<double>());
}

TEST(RegressionAnswers, StepsAreCountedByDescending) {
  auto error = torch::ones({2}, torch::kFloat64);
  const auto eigenvalues = torch::tensor({1.0, 100.0}, torch::kFloat64);
  int steps = 0;
  for (; error.abs().max().item<double>() > 1e-6; ++steps) error = error - 2.0 / 101 * eigenvalues * error;
  expect("StepsToConverge", steps);
}

/// Where the smooth part's slope at w = 0 is that of λ|w|.
TEST(RegressionAnswers, TheLassoEndsAtTheSlopeOfTheLoss) {
  const auto x = torch::tensor({0.0, 1.0, 2.0, 3.0}, torch::kFloat64);
  const auto y = torch::tensor({1.0, 3.0, 2.0, 6.0}, torch::kFloat64);
  const auto loss = [&](double w) {
    const auto residual = y - w * x;
    return (residual - residual.mean()).square().sum().item<double>() / 8;
  };
  expect("LargestLambda", -(loss(1e-4) - loss(-1e-4)) / 2e-4);
}

/// The local fit at 0 of f on a dense half line, bandwidth 1.
double fit_at_the_edge(const std::function<Tensor(const Tensor&)>& f, bool line) {
  const auto x = torch::arange(0, 12, 1e-4, torch::kFloat64) + 0.5e-4;
  const auto root = (-x.square() / 4).exp();  // of the kernel
  auto design = torch::stack({torch::ones_like(x), x}, 1).slice(1, 0, line ? 2 : 1) * root.unsqueeze(1);
  return std::get<0>(torch::linalg_lstsq(design, (f(x) * root).unsqueeze(1)))[0].item<double>();
}

TEST(RegressionAnswers, BiasAtTheEdgeIsThatOfAFit) {
  expect("BoundaryBiasOfTheMean", fit_at_the_edge([](const Tensor& x) { return x; }, false));
  expect("BoundaryBiasOfTheLine", fit_at_the_edge([](const Tensor& x) { return x.square() / 2; }, true));
}

}  // namespace
}  // namespace spinlab::regression_answers
