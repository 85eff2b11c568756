// The analytical questions of 10-reservoir, answered by steps, bisection, iteration and counting.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "src/physics/dynamics/flows.h"
#include "src/physics/dynamics/runge_kutta_step.h"
#include "tests/assignments/derived_answer.h"

namespace spinlab::reservoir_answers {
namespace {

const auto expect = [](const char* question, double number) { expect_answer("10", question, number); };

const auto expect_all = [](const char* question, const std::vector<double>& numbers) {
  expect_answer("10", question, numbers);
};

/// The error grows by itself, dδ/dt = δ, in small steps.
double time_to_grow(double error, double end) {
  const auto growth = [](const std::array<double, 1>& x) { return x; };
  double time = 0;
  for (std::array<double, 1> x{error}; x[0] < end; time += 1e-5)
    x = physics::runge_kutta_4_step(growth, x, 1e-5);
  return time;
}

TEST(ReservoirAnswers, HowLongByGrowing) {
  expect_all("HowLong", {time_to_grow(1e-3, 0.4), time_to_grow(1e-2, 0.4)});
}

/// The trace by differences of the field; the dimension where the sum of exponents, drawn with straight lines
/// between whole numbers, falls to 0.
TEST(ReservoirAnswers, TheDimensionByTheSumOfExponents) {
  const physics::Lorenz flow;
  double trace = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    std::array<double, 3> up{3, -2, 17}, down = up;
    up[i] += 1e-3, down[i] -= 1e-3;
    trace += (flow(up)[i] - flow(down)[i]) / 2e-3;
  }
  const auto sum = [&](double D) {
    return 0.9056 * std::min(D, 1.0) + (trace - 0.9056) * std::max(0.0, D - 2);
  };
  double low = 1, high = 3;
  while (high - low > 1e-12) (sum((low + high) / 2) > 0 ? low : high) = (low + high) / 2;
  expect("DimensionOfTheAttractor", low);
}

TEST(ReservoirAnswers, TheStepByTryingSteps) {
  const auto decay = [](const std::array<double, 1>& x) { return std::array<double, 1>{-x[0]}; };
  double low = 1, high = 5;
  while (high - low > 1e-12) {
    const double h = (low + high) / 2;
    (std::abs(physics::runge_kutta_4_step(decay, std::array<double, 1>{1}, h)[0]) > 1 ? high : low) = h;
  }
  expect("StepTooLong", low);
}

TEST(ReservoirAnswers, TheWashoutByCounting) {
  int steps = 0;
  for (double distance = 10; distance >= 1e-6; distance *= 0.5 + 0.5 * 0.9) ++steps;
  expect("WashoutForSure", steps);
}

/// Two units from a saturated state: they end at 0, or never do.
TEST(ReservoirAnswers, TheFactorByFollowingTwoUnits) {
  const auto rests = [](double k) {
    double x = 1, y = 1;
    for (int t = 0; t < 100'000 && x > 0.1; ++t) {
      const double s = k * (2 * x - y), r = k * (4 * x - 2 * y);
      x = std::tanh(s), y = std::tanh(r);
    }
    return x > 0.1;
  };
  double low = 1, high = 3;
  while (high - low > 1e-9) (rests((low + high) / 2) ? high : low) = (low + high) / 2;
  expect("LeastFactor", high);
}

/// The covariances of 400 inputs and 20 states, and a linear system.
TEST(ReservoirAnswers, TheRingByItsCovariances) {
  constexpr int64_t kUnits = 20;
  const auto W = 0.9 * at::roll(at::eye(kUnits, at::kDouble), 1, 0);
  std::vector<at::Tensor> echoes{at::eye(kUnits, at::kDouble)[0]};
  for (int k = 1; k < 400; ++k) echoes.push_back(W.mv(echoes.back()));
  const auto across = at::stack(echoes, 1), C = across.mm(across.t());
  const auto capacities = (across * at::linalg_solve(C, across)).sum(0);
  expect_all("RoundsOfARing", {capacities[0].item<double>(), capacities[kUnits].item<double>()});
}

TEST(ReservoirAnswers, MonomialsOneByOne) {
  const auto count = [](const auto& self, int numbers, int degree) -> int {
    if (numbers == 0) return 1;
    int all = 0;
    for (int power = 0; power <= degree; ++power) all += self(self, numbers - 1, degree - power);
    return all;
  };
  expect("CountOfMonomials", count(count, 12, 3));
}

/// What is read is a sum of independent numbers: 200 inputs and the noise. Each lag by its own correlation
/// with it.
TEST(ReservoirAnswers, TheNoisyUnitByCorrelations) {
  double variance = 0.5, memory = 0;
  for (int k = 0; k < 200; ++k) variance += std::pow(0.8, 2 * k);
  for (int k = 0; k < 200; ++k) memory += std::pow(std::pow(0.8, k) / std::sqrt(variance), 2);
  expect("NoisyUnit", memory);
}

}  // namespace
}  // namespace spinlab::reservoir_answers
