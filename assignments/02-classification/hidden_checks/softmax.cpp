// Many classes: other data than in checks.cpp, other streams of the
// seed, the edges of each definition.
#include "assignments/02-classification/calls.h"
#include "assignments/02-classification/data.h"
#include "assignments/02-classification/references.h"

namespace {

using namespace spinlab;
using namespace classification::problems;

/// Each row has a constant of its own to lose; the probabilities of each add up to 1.
TEST(LogSoftmax, RowsAreShiftedApart) {
  const auto Z = 3 * normal({12, 5}, "logits"), shift = 1e3 * normal({12, 1}, "shifts");
  EXPECT_CLOSE(log_softmax(Z + shift), torch::log_softmax(Z, 1), atol(1e-11));
  EXPECT_CLOSE(log_softmax(Z).exp().sum(1), torch::ones({12}, torch::kFloat64), atol(1e-13));
}

TEST(LogSoftmax, TheSmallestMatricesAndNone) {
  between_right_answers(
      [] {
        EXPECT_CLOSE(log_softmax(vector({7, -3}).unsqueeze(1)), zeros({2, 1}), atol(1e-14));
        const auto pair = log_softmax(vector({0, 50}).unsqueeze(0));
        EXPECT_CLOSE(pair, vector({-50, 0}).unsqueeze(0), atol(1e-12));
      },
      [] {
        EXPECT_THROW(log_softmax(vector({1, 2})), StudentError);
        EXPECT_THROW(log_softmax(zeros({2, 3, 4})), StudentError);
      });
}

/// Only the difference of two classes counts: with w = W₁ − W₀ the row of class 1 is the logistic gradient,
/// and that of class 0 its negative.
TEST(SoftmaxGradient, TwoClassesAreLogistic) {
  const auto data = noisy_classes(25, 3, "two classes");
  const auto W = normal({2, 4}, "two classes at");
  const auto expected = gradient(data, W[1] - W[0], 0.0);
  EXPECT_CLOSE(softmax_gradient(data.X, data.y, W, 0.0), torch::stack({-expected, expected}), atol(1e-12));
}

/// λW but for the last column; logits of 10⁴; a class that nobody belongs to.
TEST(SoftmaxGradient, PenalisesNoInterceptAndDoesNotOverflow) {
  const auto data = softmax_problem(20, 3, 3, "softmax edges");
  const auto at = [&](const Tensor& W, double lambda) {
    return softmax_gradient(data.X, data.labels, W, lambda);
  };
  const auto wide = torch::cat({data.W, normal({1, 4}, "nobody's")});
  EXPECT_CLOSE(at(wide, 1.5) - at(wide, 0.0), 1.5 * wide * vector({1, 1, 1, 0}), atol(1e-12));
  EXPECT_CLOSE(at(wide, 0.2), softmax_gradient_of(data, wide, 0.2), atol(1e-12));
  EXPECT_CLOSE(at(3e3 * data.W, 0.0), softmax_gradient_of(data, 3e3 * data.W, 0.0), atol(1e-11));
}

TEST(SoftmaxGradient, RefusesWhatDoesNotFit) {
  const auto data = softmax_problem(20, 2, 3, "refused softmax");
  between_right_answers(
      [&] {
        const auto found = softmax_gradient(data.X, data.labels, data.W, 0.1);
        EXPECT_CLOSE(found, softmax_gradient_of(data, data.W, 0.1), atol(1e-12));
      },
      [&] {
        EXPECT_THROW(softmax_gradient(data.X, data.labels + 1, data.W, 0.1), StudentError);
        EXPECT_THROW(softmax_gradient(data.X, data.labels, data.W, -0.1), StudentError);
        EXPECT_THROW(softmax_gradient(data.X, data.labels, data.W.slice(1, 1), 0.1), StudentError);
        EXPECT_THROW(softmax_gradient(data.X.slice(0, 1), data.labels, data.W, 0.1), StudentError);
      });
}

/// Two classes with a penalty λ share w between them, W = ±w/2, so that they pay λ/2 · ½‖w‖²: logistic
/// regression with λ/2. 1,500 steps leave less than 1e-8 of the way.
TEST(FitSoftmax, OfTwoClassesIsLogisticRegression) {
  auto data = noisy_classes(40, 2, "softmax of two");
  const auto w = minimum(data, 0.3);
  const auto W = fit_softmax(data.X, data.y, 2, 0.6, 1500);
  EXPECT_CLOSE(W, torch::stack({-w / 2, w / 2}), atol(1e-7));
}

/// Iris' three species, well scaled: the gradient at the end is that of a minimum.
TEST(FitSoftmax, ReachesTheMinimumOfThreeSpecies) {
  const auto [all, labels] = classification::data::iris();
  const auto X = (all - all.mean(0)) / all.std(0, /*unbiased=*/false);
  const auto W = fit_softmax(X, labels, 3, 0.1, 1000);
  const Softmax data{X, labels, W};
  EXPECT_LT(softmax_gradient_of(data, W, 0.1).abs().max().item<double>(), 1e-8);
  EXPECT_CLOSE(W.sum(0), zeros({5}), atol(1e-10));
}

TEST(FitSoftmax, RefusesWhatDoesNotFit) {
  const auto data = softmax_problem(20, 2, 3, "refused descent");
  between_right_answers(
      [&] {
        const auto first = fit_softmax(data.X, data.labels, 4, 0.1, 1);
        const double bound =
            torch::linalg_svdvals(augmented(data.X)).max().square().item<double>() / 40 + 0.1;
        EXPECT_CLOSE(first, -softmax_gradient_of(data, zeros({4, 3}), 0.1) / bound, atol(1e-12));
      },
      [&] {
        EXPECT_THROW(fit_softmax(data.X, data.labels, 2, 0.1, 1), StudentError);
        EXPECT_THROW(fit_softmax(data.X, data.labels, 3, -0.1, 1), StudentError);
        EXPECT_THROW(fit_softmax(data.X, data.labels, 3, 0.1, -1), StudentError);
        EXPECT_THROW(fit_softmax(data.X, data.labels.slice(0, 1), 3, 0.1, 0), StudentError);
        EXPECT_THROW(softmax_curvature(data.X.select(1, 0).contiguous(), 0.1), StudentError);
        EXPECT_THROW(softmax_curvature(data.X, -0.1), StudentError);
      });
}

/// The minimum for three species of iris, from 0 with full steps: the number of right digits doubles at each.
TEST(SoftmaxNewtonStep, FindsTheMinimumInAFewSteps) {
  const auto [X, labels] = classification::data::iris();
  auto W = zeros({3, 5});
  for (int step = 0; step < 9; ++step) W = W + softmax_newton_step(X, labels, W, 0.01);
  const Softmax data{X, labels, W};
  EXPECT_LT(softmax_gradient_of(data, W, 0.01).abs().max().item<double>(), 1e-11);
  EXPECT_GT(W.abs().max().item<double>(), 0.5);
}

/// Of two classes each takes half of the logistic step, with half of the penalty: W = ±w/2.
TEST(SoftmaxNewtonStep, OfTwoClassesIsTheLogisticStep) {
  const auto data = noisy_classes(40, 3, "step of two");
  const auto w = 0.5 * normal({4}, "step of two at");
  for (const double lambda : {0.0, 0.5}) {
    const auto half = torch::linalg_solve(hessian(data, w, lambda), gradient(data, w, lambda)) / -2;
    const auto P = softmax_newton_step(data.X, data.y, torch::stack({-w / 2, w / 2}), 2 * lambda);
    EXPECT_CLOSE(P, torch::stack({-half, half}), atol(1e-9)) << "lambda = " << lambda;
  }
  // A feature in a unit a thousand times as large: its curvature is 10⁻⁶ of the others', and no zero.
  const Data small{(data.X * vector({1, 1e-3, 1})).contiguous(), data.y};
  const auto half = torch::linalg_solve(hessian(small, w, 0), gradient(small, w, 0)) / -2;
  const auto P = softmax_newton_step(small.X, small.y, torch::stack({-w / 2, w / 2}), 0);
  EXPECT_CLOSE(P, torch::stack({-half, half}), atol(1e-7 * half.abs().max().item<double>()));
}

TEST(SoftmaxNewtonStep, RefusesWhatDoesNotFit) {
  const auto data = softmax_problem(30, 2, 3, "refused Newton");
  const auto W = 0.5 * data.W;
  between_right_answers(
      [&] {
        const auto P = softmax_newton_step(data.X, data.labels, W, 0.2);
        EXPECT_CLOSE(softmax_curvature_along(data, W, P, 0.2), -softmax_gradient_of(data, W, 0.2),
                     atol(1e-11));
      },
      [&] {
        EXPECT_THROW(softmax_newton_step(data.X, data.labels + 1, W, 0.2), StudentError);
        EXPECT_THROW(softmax_newton_step(data.X, data.labels, W, -0.2), StudentError);
        EXPECT_THROW(softmax_newton_step(data.X, data.labels, W.slice(1, 1), 0.2), StudentError);
      });
}

}  // namespace
