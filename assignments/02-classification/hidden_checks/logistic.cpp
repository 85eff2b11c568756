// Logistic regression: its gradient, Newton's step and the fit: other data than in checks.cpp, other streams
// of the seed, the edges of each definition.
#include <string>

#include "assignments/02-classification/calls.h"
#include "assignments/02-classification/references.h"

namespace {

using namespace spinlab;
using namespace classification::problems;

/// Margins of some 10³: the loss of a point is its margin below 0, and the gradient that of the points on the
/// wrong side.
TEST(LogisticGradient, FarFromThePlane) {
  const auto data = noisy_classes(30, 2, "far");
  const auto w = 3e3 * normal({3}, "far at");
  const auto margins = signs(data.y) * augmented(data.X).matmul(w);
  EXPECT_CLOSE(logistic_objective(data.X, data.y, w, 0.0), margins.clamp_max(0).mean().neg().item<double>(),
               rtol(1e-2) + atol(0.1));
  EXPECT_CLOSE(logistic_objective(data.X, data.y, w, 0.0), objective(data, w, 0.0), rtol(1e-10));
  EXPECT_CLOSE(logistic_gradient(data.X, data.y, w, 0.0), gradient(data, w, 0.0), atol(1e-11));
}

/// A mean does not change where every point is there twice; the penalty is no part of it.
TEST(LogisticGradient, IsAMeanOverThePoints) {
  const auto data = noisy_classes(15, 3, "twice");
  const auto w = normal({4}, "twice at");
  const auto X = torch::cat({data.X, data.X}), y = torch::cat({data.y, data.y});
  EXPECT_CLOSE(logistic_gradient(X, y, w, 0.9), logistic_gradient(data.X, data.y, w, 0.9), atol(1e-13));
  EXPECT_CLOSE(logistic_gradient(X, y, w, 0.9), gradient(data, w, 0.9), atol(1e-12));
  EXPECT_CLOSE(logistic_objective(X, y, w, 0.9), objective(data, w, 0.9), rtol(1e-12));
}

TEST(LogisticGradient, RefusesWhatDoesNotFit) {
  const auto data = noisy_classes(10, 2, "refused gradient");
  const auto w = normal({3}, "refused at");
  between_right_answers(
      [&] {
        EXPECT_CLOSE(logistic_gradient(data.X, data.y, w, 0.1), gradient(data, w, 0.1), atol(1e-12));
        EXPECT_CLOSE(logistic_objective(data.X, data.y, w, 0.1), objective(data, w, 0.1), rtol(1e-12));
      },
      [&] {
        EXPECT_THROW(logistic_objective(data.X, data.y, w, -0.1), StudentError);
        EXPECT_THROW(logistic_objective(data.X, data.y, w.slice(0, 1), 0.1), StudentError);
        EXPECT_THROW(logistic_objective(data.X, 1 - 2 * data.y, w, 0.1), StudentError);
        EXPECT_THROW(logistic_gradient(data.X, data.y, w, -0.1), StudentError);
        EXPECT_THROW(logistic_gradient(data.X, data.y, w.slice(0, 1), 0.1), StudentError);
        EXPECT_THROW(logistic_gradient(data.X, data.y.slice(0, 1), w, 0.1), StudentError);
        EXPECT_THROW(logistic_gradient(data.X, 2 * data.y, w, 0.1), StudentError);
        EXPECT_THROW(logistic_gradient(data.X, data.y.unsqueeze(1), w, 0.1), StudentError);
      });
}

/// At w = 0 every p is ½: the first step is least squares of ±2, whatever the classes are.
TEST(NewtonStep, FromZeroIsLeastSquares) {
  const auto data = noisy_classes(40, 4, "first step");
  const auto fit =
      std::get<0>(torch::linalg_lstsq(augmented(data.X), 2 * signs(data.y).unsqueeze(1))).squeeze(1);
  EXPECT_CLOSE(newton_step(data.X, data.y, zeros({5}), 0.0), fit, atol(1e-10));
}

/// A feature in another unit has its weight in the inverse one, at every step.
TEST(NewtonStep, KnowsNoUnits) {
  const auto data = noisy_classes(50, 3, "units of a step");
  const auto w = normal({4}, "units at"), unit = vector({1e2, 1, 1e-2, 1});
  const auto X = data.X * unit.slice(0, 0, 3);
  const auto step = -torch::linalg_solve(hessian(data, w, 0.0), gradient(data, w, 0.0));
  EXPECT_CLOSE(newton_step(X, data.y, w / unit, 0.0) * unit, step, rtol(1e-6) + atol(1e-7));
}

TEST(NewtonStep, RefusesWhatDoesNotFit) {
  const auto data = noisy_classes(30, 2, "refused step");
  const auto w = 0.3 * normal({3}, "refused step at");
  between_right_answers(
      [&] {
        const auto p = newton_step(data.X, data.y, w, 0.1);
        EXPECT_CLOSE(hessian(data, w, 0.1).matmul(p), -gradient(data, w, 0.1), atol(1e-11));
      },
      [&] {
        EXPECT_THROW(newton_step(data.X, data.y, w, -0.1), StudentError);
        EXPECT_THROW(newton_step(data.X, data.y, w.slice(0, 1), 0.1), StudentError);
        EXPECT_THROW(newton_step(data.X.slice(0, 1), data.y, w, 0.1), StudentError);
      });
}

/// 57 points of class 0 near x = −40, 23 of class 1 near 1.5 and one of class 0 near 0. The first full step
/// takes the plane to the far ones; of such sets full steps never come back from 9 in 10 (268 of 300), so
/// that of twelve they fit all once in 10¹¹.
TEST(FitLogistic, ComesBackFromFarPoints) {
  const auto y =
      torch::cat({torch::zeros({57}, torch::kLong), torch::ones({23}, torch::kLong), labels_of({0})});
  for (int set = 0; set < 12; ++set) {
    const auto u = uniform({81}, 0, 1, "far points " + std::to_string(set));
    const auto x = torch::cat(
        {-40 * (1 + 0.1 * u.slice(0, 0, 57)), 1.4 + 0.2 * u.slice(0, 57, 80), 0.05 * u.slice(0, 80)});
    const Data data{x.unsqueeze(1), y};
    for (const double tolerance : {1e-1, 1e-2, 1e-3, 1e-4, 1e-9}) {
      const auto w = fit_logistic(data.X, data.y, 1e-4, tolerance);
      EXPECT_LE(gradient(data, w, 1e-4).abs().max().item<double>(), 1.1 * tolerance) << "set " << set;
    }
  }
}

/// Of points that a plane separates, with a penalty of 10⁻⁹, a Newton step takes the gradient down by a
/// factor of e only: what stops early is seen at one of these tolerances. One feature of 24 tells the classes
/// apart and the others are 0, so that the root mean square of the gradient is a fifth of its largest
/// element.
TEST(FitLogistic, StopsByTheLargestElement) {
  const auto y = (torch::arange(40) < 25).to(torch::kLong);
  auto X = zeros({40, 24});
  X.select(1, 17).copy_(20 * signs(y) * uniform({40}, 1, 1.2, "apart"));
  const Data apart{X, y};
  for (double tolerance = 3; tolerance > 1e-6; tolerance /= 3) {
    const auto w = fit_logistic(X, y, 1e-9, tolerance);
    EXPECT_LE(gradient(apart, w, 1e-9).abs().max().item<double>(), 1.0001 * tolerance);
  }
  // Features of 10⁻³: the intercept has the largest element, ⅛ at the start.
  const Data small{1e-3 * normal({40, 2}, "small"), y};
  for (const double tolerance : {1e-1, 1e-2, 1e-4}) {
    const auto w = fit_logistic(small.X, y, 0.1, tolerance);
    EXPECT_LE(gradient(small, w, 0.1).abs().max().item<double>(), 1.0001 * tolerance);
  }
}

/// One class alone drives b to infinity, whatever the penalty on w.
TEST(FitLogistic, ThrowsWhereOneClassIsAlone) {
  const auto data = noisy_classes(60, 2, "one class");
  between_right_answers(
      [&] {
        const auto w = fit_logistic(data.X, data.y, 0.5, 1e-9);
        EXPECT_LE(gradient(data, w, 0.5).abs().max().item<double>(), 1.1e-9);
      },
      [&] {
        EXPECT_THROW(fit_logistic(data.X, torch::ones_like(data.y), 0.5, 1e-8), StudentError);
        EXPECT_THROW(fit_logistic(data.X, torch::zeros_like(data.y), 0.5, 1e-8), StudentError);
        EXPECT_THROW(fit_logistic(data.X, torch::zeros_like(data.y), 0.0, 1e-8), StudentError);
      });
}

/// With a penalty a minimum is there also where a plane separates, and it does separate where λ is small. The
/// margin of 0.3 in features of size 1 leaves e^−8 of the loss.
TEST(FitLogistic, FitsSeparablePointsWithAPenalty) {
  const auto apart = with_margin(40, 3, 0.3, "penalised");
  const Data data{apart.X, apart.y};
  for (const double lambda : {1.0, 1e-3, 1e-6}) {
    const auto w = fit_logistic(data.X, data.y, lambda, 1e-9);
    EXPECT_LE(gradient(data, w, lambda).abs().max().item<double>(), 1.1e-9) << "lambda = " << lambda;
  }
  const auto w = fit_logistic(data.X, data.y, 1e-6, 1e-9);
  EXPECT_GT((signs(data.y) * augmented(data.X).matmul(w)).min().item<double>(), 0);
}

TEST(FitLogistic, RefusesWhatDoesNotFit) {
  const auto data = noisy_classes(60, 2, "refused fit");
  between_right_answers(
      [&] { EXPECT_CLOSE(fit_logistic(data.X, data.y, 0.3, 1e-11), minimum(data, 0.3), atol(1e-8)); },
      [&] {
        EXPECT_THROW(fit_logistic(data.X, data.y, -0.3, 1e-9), StudentError);
        EXPECT_THROW(fit_logistic(data.X, data.y, 0.3, 0.0), StudentError);
        EXPECT_THROW(fit_logistic(data.X, data.y.slice(0, 1), 0.3, 1e-9), StudentError);
        EXPECT_THROW(fit_logistic(data.X, 2 * data.y, 0.3, 1e-9), StudentError);
        EXPECT_THROW(fit_logistic(data.X.select(1, 0).contiguous(), data.y, 0.3, 1e-9), StudentError);
      });
}

}  // namespace
