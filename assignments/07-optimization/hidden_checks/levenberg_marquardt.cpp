// Levenberg and Marquardt: other functions than in checks.cpp, other streams of the seed, the edges of each
// definition.
#include <string>
#include <vector>

#include "assignments/07-optimization/calls.h"
#include "assignments/07-optimization/nist_problems.h"
#include "assignments/07-optimization/problems.h"

namespace {

using namespace spinlab;
using namespace optimization::problems;

void expect_certified(const std::string& name, std::initializer_list<int> starts) {
  const auto problem = nist_problem(name);
  for (const int start : starts) {
    const auto& x0 = start == 1 ? problem.data.start1 : problem.data.start2;
    const auto path = levenberg_marquardt(problem.residuals(), problem.jacobian(), x0, {1e-9, 400});
    EXPECT_CLOSE(path[-1], problem.data.certified, rtol(1e-6)) << name << " from start " << start;
  }
}

TEST(LevenbergMarquardt, ReachesTheMinimaOfHigherDifficulty) {
  for (const auto* name : {"Rat42", "Rat43", "Thurber"}) expect_certified(name, {1, 2});
  for (const auto* name : {"MGH09", "MGH17", "BoxBOD", "Eckerle4"}) expect_certified(name, {2});
}

/// With D in the unknowns' own units, x = S z leads to the same points for any diagonal S.
TEST(LevenbergMarquardt, DoesNotDependOnTheUnits) {
  const auto decay = noisy_decay("decay");
  const auto residuals = decay.residuals(), jacobian = decay.jacobian();
  const auto start = vector({1, 0.3}) + uniform({2}, 0, 0.1, "decay start"), S = vector({1e4, 1e-3});
  const auto image = levenberg_marquardt(residuals, jacobian, start, {1e-7, 60});
  const auto path =
      levenberg_marquardt([&](const Tensor& z) { return residuals(S * z); },
                          [&](const Tensor& z) { return jacobian(S * z) * S; }, start / S, {1e-7, 60});
  ASSERT_EQ(path.sizes(), image.sizes());
  EXPECT_CLOSE(path * S, image, rtol(1e-7));
  const auto slope = jacobian(image[-1]).t().matmul(residuals(image[-1]));
  EXPECT_CLOSE(slope, zeros({2}), atol(1e-5)) << "at the end of the path";
  // 10⁹ from the start, and 10⁻⁹ to be found: beside the first the second is lost in rounding, in its own
  // unit not.
  const auto apart = vector({1e-9, 1e9});
  const auto both = [&](const Tensor& x) { return torch::cat({apart * x - 1, 0.5 * (apart * x - 1)}); };
  const auto jacobian_of_both = constant(torch::cat({torch::diag(apart), 0.5 * torch::diag(apart)}));
  const auto found = levenberg_marquardt(both, jacobian_of_both, vector({1e9, 2e-10}), {1e-9, 60});
  EXPECT_CLOSE(found[-1] * apart, vector({1, 1}), atol(1e-9));
}

/// The definition, with the δ of each trial by another solver: D only grows, λ starts at 10⁻³ and changes by
/// factors of 10.
Tensor marquardts_path(const Map& residuals, const Map& jacobian, Tensor x, double tolerance) {
  std::vector<Tensor> path{x};
  auto D = torch::zeros_like(x);
  for (double lambda = 1e-3;;) {
    const auto J = jacobian(x), r = residuals(x), lengths = torch::linalg_vector_norm(J, 2, 0);
    if ((J.t().matmul(r).abs() <= tolerance * lengths * r.norm()).all().item<bool>())
      return torch::stack(path);
    D = torch::maximum(D, lengths);
    for (bool lower = false; !lower; lambda = lower ? lambda / 10 : 10 * lambda) {
      const auto damped = J.t().matmul(J) + lambda * torch::diag(D.square());
      const auto trial = x - torch::linalg_solve(damped, J.t().matmul(r));
      lower = residuals(trial).square().sum().item<double>() < r.square().sum().item<double>();
      if (lower) path.push_back(x = trial);
    }
  }
}

/// Far from the answer the columns of J are longer than near it, and the first trials overshoot.
TEST(LevenbergMarquardt, TakesTheStepsOfTheDefinition) {
  const auto decay = noisy_decay("path");
  const auto residuals = decay.residuals(), jacobian = decay.jacobian();
  const auto start = vector({20, 0.2}) + uniform({2}, 0, 0.05, "path start");
  const auto expected = marquardts_path(residuals, jacobian, start, 1e-5);
  const auto path = levenberg_marquardt(residuals, jacobian, start, {1e-5, 60});
  ASSERT_EQ(path.sizes(), expected.sizes());
  EXPECT_CLOSE(path, expected, rtol(1e-6));
}

/// Where the residuals vanish there is no angle to them: it must end all the same.
TEST(LevenbergMarquardt, EndsWhereTheResidualsVanish) {
  const auto valley = rosenbrock("residual valley");
  Watch residuals;
  const auto path = levenberg_marquardt(residuals.on(valley.residuals()), valley.jacobian(),
                                        rosenbrock_start("residual"), {1e-9, 200});
  EXPECT_CLOSE(path[-1], valley.minimum(), atol(1e-8));
  EXPECT_LE(residuals.calls(), 300);
}

/// Residuals that do not answer: no trial is lower, an equal one neither, until the step is lost in rounding.
TEST(LevenbergMarquardt, TakesNothingThatIsNotLower) {
  const auto x0 = vector({3});
  const auto path =
      levenberg_marquardt(constant(vector({1, 2})), constant(vector({1, 1}).unsqueeze(1)), x0, {1e-9, 40});
  EXPECT_CLOSE(path, x0.unsqueeze(0), atol(0.0));
  const auto answers = [](const Tensor& x) { return torch::cat({x - 2, 2 - x}); };
  const auto found = levenberg_marquardt(answers, constant(vector({1, -1}).unsqueeze(1)), x0, {1e-9, 40});
  EXPECT_CLOSE(found[-1], vector({2}), atol(1e-8));
}

/// ln x from five times its zero: the first trials are negative, so that their residuals are NaN. Trials that
/// are not taken do not count as steps.
TEST(LevenbergMarquardt, TurnsBackFromNaN) {
  const double zero = number(0.5, 4, "zero");
  const auto residuals = [&](const Tensor& x) {
    return torch::cat({torch::log(x / zero), 0.1 * (x / zero - 1)});
  };
  const auto jacobian = [&](const Tensor& x) {
    return torch::stack({1 / x, torch::full({1}, 0.1 / zero, x.options())});
  };
  const auto path = levenberg_marquardt(residuals, jacobian, vector({5 * zero}), {1e-9, 100});
  EXPECT_CLOSE(path[-1], vector({zero}), rtol(1e-9));
  const auto taken = path.size(0) - 1;
  EXPECT_CLOSE(levenberg_marquardt(residuals, jacobian, vector({5 * zero}), {1e-9, taken}), path, atol(0.0));
}

TEST(LevenbergMarquardt, RefusesWhatIsOutOfRange) {
  const auto valley = rosenbrock("refused valley");
  const auto residuals = valley.residuals(), jacobian = valley.jacobian();
  const auto start = vector({-1.2, 1}), one = vector({1}), wide = vector({1, 2}).view({1, 2});
  between_right_answers(
      [&] {
        const auto path = levenberg_marquardt(residuals, jacobian, start, {1e-9, 99});
        EXPECT_CLOSE(path[-1], valley.minimum(), rtol(1e-6));
      },
      [&] {
        EXPECT_THROW(levenberg_marquardt(residuals, jacobian, start, {1e-9, 2}), StudentError);
        EXPECT_THROW(levenberg_marquardt(residuals, jacobian, start, {0.0, 99}), StudentError);
        EXPECT_THROW(levenberg_marquardt(residuals, constant(eye(3)), start, {1e-9, 99}), StudentError);
        EXPECT_THROW(levenberg_marquardt(constant(one), constant(wide), start, {1e-9, 99}), StudentError);
        EXPECT_THROW(levenberg_marquardt(residuals, jacobian, start.unsqueeze(0), {1e-9, 99}), StudentError);
      });
}

}  // namespace
