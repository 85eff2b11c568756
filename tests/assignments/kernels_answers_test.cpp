// The analytical questions of 03-kernels, answered by counting, matrices and simulation.
#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <functional>

#include "tests/assignments/derived_answer.h"

namespace spinlab::kernels_answers {
namespace {

using torch::Tensor;

const auto expect = [](const char* question, double number) { expect_answer("03", question, number); };

/// Exponents of so many variables that add up to at most `degree`, one by one.
int count(int variables, int degree) {
  if (variables == 0) return 1;
  int sum = 0;
  for (int exponent = 0; exponent <= degree; ++exponent) sum += count(variables - 1, degree - exponent);
  return sum;
}

TEST(KernelsAnswers, MonomialsAreCounted) { expect("Monomials", count(10, 5)); }

TEST(KernelsAnswers, HalfByBisection) {
  double low = 0, high = 3;
  while (high - low > 1e-12) {
    const double middle = (low + high) / 2;
    (std::exp(-middle * middle / 2) > 0.5 ? low : high) = middle;
  }
  expect("HalfOfTheGaussian", low);
}

/// ‖f‖² = ∫ |f̂|²/k̂ over frequencies: f is k convolved with δ₀ − δ₁, whose spectrum is |1 − e^{iω}|².
TEST(KernelsAnswers, TheNormByFourier) {
  const auto omega = torch::linspace(-12, 12, 24'001, torch::kFloat64);
  const auto density = (-omega.square() / 2).exp() / std::sqrt(2 * std::acos(-1.0));
  const double square = (density * (2 - 2 * omega.cos())).sum().item<double>() * 1e-3;
  expect("NormOfADifference", std::sqrt(square));
}

TEST(KernelsAnswers, TheEigenvalueByLibTorch) {
  const auto x = torch::tensor({0.0, 0.5, 1.0}, torch::kFloat64);
  const auto matrix = (-(x.unsqueeze(1) - x).abs().pow(4)).exp();
  expect("NoKernel", torch::linalg_eigvalsh(matrix).min().item<double>());
}

/// Term by term to a million, and the integral of the tail.
TEST(KernelsAnswers, TheSpectrumIsSummed) {
  const auto j = torch::arange(1, 1'000'001, torch::kFloat64);
  const auto tail = 100 / 1'000'000.5;
  expect("FreedomOfASpectrum", (1 / (1 + 0.01 * j.square())).sum().item<double>() + tail);
}

/// Variance of cos ω by quadrature; then pair after pair.
TEST(KernelsAnswers, FeaturesAreAddedInPairs) {
  const auto omega = torch::linspace(-12, 12, 24'001, torch::kFloat64);
  const auto weights = (-omega.square() / 2).exp();
  const auto mean = [&](const Tensor& f) { return ((f * weights).sum() / weights.sum()).item<double>(); };
  const double variance = mean(omega.cos().square()) - std::pow(mean(omega.cos()), 2);
  int pairs = 1;
  while (variance / pairs > 1e-4) ++pairs;
  expect("FeaturesForOnePercent", 2.0 * pairs);
}

TEST(KernelsAnswers, TheSpectrumByQuadrature) {
  const auto x = torch::linspace(-8, 8, 321, torch::kFloat64);
  const auto root = ((-x.square() / 2).exp() * 0.05 / std::sqrt(2 * std::acos(-1.0))).sqrt();
  const auto kernel = (-2 * (x.unsqueeze(1) - x).square()).exp();
  expect("FirstOfMercer", torch::linalg_eigvalsh(root.unsqueeze(1) * kernel * root).max().item<double>());
}

/// ρ by bisection on the two errors; the best forecast's from the determinant of the correlations.
TEST(KernelsAnswers, TheCrossingByBisection) {
  double low = 0, high = 0.99;
  while (high - low > 1e-12) {
    const double rho = (low + high) / 2;
    const auto correlations = torch::tensor({{1.0, rho}, {rho, 1.0}}, torch::kFloat64);
    const auto difference = torch::tensor({1.0, -1.0}, torch::kFloat64);
    const double persistence = difference.dot(correlations.mv(difference)).item<double>();
    (persistence > 1 ? low : high) = rho;
  }
  const auto correlations = torch::tensor({{1.0, low}, {low, 1.0}}, torch::kFloat64);
  expect("PriceOfPersistence", 1 / std::sqrt(torch::linalg_det(correlations).item<double>()));
}

}  // namespace
}  // namespace spinlab::kernels_answers
