// The checks that never leave the instructor: other shapes, other streams of the seed, the edges of each
// definition.
#include <cmath>

#include "assignments/shared/differences.h"
#include "calls.h"
#include "data.h"
#include "references.h"

namespace {

using namespace spinlab;
using namespace classification::problems;

TEST(ConfusionMatrix, ClassesThatNeverOccur) {
  const auto expected = labels_of({0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0}).view({4, 4});
  EXPECT_CLOSE(confusion_matrix(labels_of({1, 2, 1}), labels_of({1, 1, 1}), 4), expected, atol(0.0));
  EXPECT_CLOSE(confusion_matrix(labels_of({0}), labels_of({0}), 1), labels_of({1}).view({1, 1}), atol(0.0));
}

TEST(ConfusionMatrix, RefusesWhatIsNoClass) {
  const auto y = labels_of({0, 1, 1}), called = labels_of({1, 1, 0});
  between_right_answers(
      [&] { EXPECT_CLOSE(confusion_matrix(y, called, 2), labels_of({0, 1, 1, 1}).view({2, 2}), atol(0.0)); },
      [&] {
        EXPECT_THROW(confusion_matrix(y, labels_of({2, 1, 0}), 2), StudentError);
        EXPECT_THROW(confusion_matrix(labels_of({0, -1, 1}), called, 2), StudentError);
        EXPECT_THROW(confusion_matrix(y, labels_of({0, 1}), 2), StudentError);
        EXPECT_THROW(confusion_matrix(labels_of({0}), called, 2), StudentError);
        EXPECT_THROW(confusion_matrix(y, called, 0), StudentError);
        EXPECT_THROW(confusion_matrix(y.to(torch::kFloat64), called, 2), StudentError);
      });
}

/// p(z) → e^z for z far below 0, digit for digit.
TEST(Probability, KeepsItsDigitsFarBelowZero) {
  const auto z = torch::cat({uniform({10}, -60, -20, "small"), vector({-100, -400, -690})});
  EXPECT_CLOSE(probability(z), z.exp() / (1 + z.exp()), rtol(1e-12));
  EXPECT_CLOSE(probability(vector({0, 40})), vector({0.5, 1}), rtol(1e-14));
}

/// ln(1 + u) = u − u²/2 + …, u = e^−z.
TEST(LogisticLoss, KeepsItsDigitsFarAboveZero) {
  const auto z = torch::cat({uniform({10}, 15, 60, "small losses"), vector({100, 400, 690})});
  const auto u = (-z).exp();
  EXPECT_CLOSE(logistic_loss(z), u - u.square() / 2, rtol(1e-12));
  EXPECT_CLOSE(logistic_loss(vector({0})), vector({std::log(2)}), rtol(1e-14));
  const auto below = uniform({10}, -36, -5, "large losses");
  EXPECT_CLOSE(logistic_loss(below), -below + torch::log1p(below.exp()), rtol(1e-13));
}

/// The rule calls each x what is likelier there, and what it gets wrong is ∫ min(P(0)p₀, P(1)p₁) dx: by the
/// trapezoid rule, to which the kink leaves an error of the spacing's square, 1e-7.
TEST(BayesError, IsTheOverlap) {
  const double delta = number(0.5, 3, "overlap"), prior = number(0.05, 0.4, "prior"), width = 1.7;
  const auto x = torch::linspace(-30, 30, 200001, torch::kFloat64);
  const auto density = [&](double mean) {
    return (-(x - mean).square() / (2 * width * width)).exp() / (width * std::sqrt(2 * std::acos(-1.0)));
  };
  const auto lower = torch::minimum((1 - prior) * density(0), prior * density(delta));
  const double overlap = torch::trapezoid(lower, x).item<double>();
  const auto covariance = vector({width * width}).unsqueeze(1);
  EXPECT_CLOSE(bayes_error(vector({0}), vector({delta}), covariance, prior), overlap, rtol(1e-6));
  EXPECT_CLOSE(bayes_error(vector({delta}), vector({0}), covariance, 1 - prior), overlap, rtol(1e-6));
}

/// x → Ax changes neither the odds of a point nor the least error. Here A stretches by 10⁻² and by 10².
TEST(GaussianLogOdds, AreTheSameInAnyUnit) {
  const auto mean0 = normal({3}, "units first"), mean1 = normal({3}, "units second");
  const auto half = rotation(3, "units axes") * vector({0.5, 1, 1.5});
  const auto covariance = half.matmul(half.t()), A = rotation(3, "units") * vector({1e-2, 1, 1e2});
  const auto x = normal({5, 3}, "units points");
  const auto direction = torch::linalg_solve(covariance, mean1 - mean0);
  const auto odds = (x - (mean0 + mean1) / 2).matmul(direction) + std::log(0.7 / 0.3);
  const auto moved0 = A.matmul(mean0), moved1 = A.matmul(mean1), stretched = A.matmul(covariance).matmul(A.t());
  const auto w = gaussian_log_odds(moved0, moved1, (stretched + stretched.t()) / 2, 0.7);
  EXPECT_CLOSE(augmented(x.matmul(A.t())).matmul(w), odds, rtol(1e-6) + atol(1e-6));
  EXPECT_CLOSE(bayes_error(1e6 * mean0, 1e6 * mean1, 1e12 * covariance, 0.7), bayes_error(mean0, mean1, covariance, 0.7),
               rtol(1e-9));
}

/// Where the means coincide a point says nothing: the rarer class is always called wrongly.
TEST(BayesError, OfEqualMeansIsTheSmallerPrior) {
  const auto mean = normal({2}, "one mean");
  EXPECT_CLOSE(bayes_error(mean, mean, eye(2), 0.3), 0.3, rtol(1e-12));
  EXPECT_CLOSE(bayes_error(mean, mean, eye(2), 0.5), 0.5, rtol(1e-12));
  EXPECT_CLOSE(bayes_error(mean, mean, eye(2), 0.8), 0.2, rtol(1e-12));
  EXPECT_CLOSE(bayes_error(mean, mean + 1e-9, eye(2), 0.8), 0.2, rtol(1e-6));
  EXPECT_CLOSE(gaussian_log_odds(mean, mean, eye(2), 0.3), vector({0, 0, std::log(0.3 / 0.7)}), atol(1e-12));
}

TEST(GaussianLogOdds, RefusesWhatIsNoCovariance) {
  const auto zero = vector({0, 0}), one = vector({1, 1});
  const auto indefinite = vector({1, 2, 2, 1}).view({2, 2});
  between_right_answers(
      [&] {
        EXPECT_CLOSE(gaussian_log_odds(zero, one, eye(2), 0.5), vector({1, 1, -1}), atol(1e-13));
        EXPECT_CLOSE(bayes_error(zero, 2 * one, eye(2), 0.5), normal_cdf(-std::sqrt(2)), rtol(1e-12));
      },
      [&] {
        EXPECT_THROW(bayes_error(zero, one, -eye(2), 0.5), StudentError);
        EXPECT_THROW(bayes_error(zero, one, zeros({2, 2}), 0.5), StudentError);
        EXPECT_THROW(bayes_error(zero, one, eye(2), 1.5), StudentError);
        EXPECT_THROW(bayes_error(zero, one, eye(1), 0.5), StudentError);
        EXPECT_THROW(gaussian_log_odds(zero, one, indefinite, 0.5), StudentError);
        EXPECT_THROW(gaussian_log_odds(zero, one, eye(3), 0.5), StudentError);
        EXPECT_THROW(gaussian_log_odds(zero, vector({1}), eye(2), 0.5), StudentError);
        EXPECT_THROW(gaussian_log_odds(zero, one, eye(2), 0.0), StudentError);
        EXPECT_THROW(gaussian_log_odds(zero, one, eye(2), 1.0), StudentError);
      });
}

/// The second row is corrected so that the third lies exactly on the plane: whole numbers, no rounding.
TEST(Perceptron, APointOnThePlaneIsAMistake) {
  const auto X = vector({3, 1, 2, 2}).view({2, 2});
  const auto found = perceptron(X, labels_of({1, 0}), 1);
  EXPECT_CLOSE(found.weights, vector({1, -1, 0}), atol(0.0));  // (3, 1; 1) less (2, 2; 1)
  EXPECT_EQ(found.mistakes, 2);
  const auto tie = perceptron(vector({1, 0, 1, -2}).view({2, 2}), labels_of({1, 1}), 1);
  EXPECT_CLOSE(tie.weights, vector({1, 0, 1}), atol(0.0));  // score 2 of the second row: right
  const auto on = perceptron(vector({1, 0, -1, 0}).view({2, 2}), labels_of({1, 1}), 1);
  EXPECT_CLOSE(on.weights, vector({0, 0, 2}), atol(0.0));  // score 1 − 1 = 0 of the second row: a mistake
}

/// XOR: every pass has a mistake, for ever.
TEST(Perceptron, RunsItsPassesWhereNothingSeparates) {
  const auto X = vector({0, 0, 0, 1, 1, 0, 1, 1}).view({4, 2});
  const auto y = labels_of({0, 1, 1, 0});
  for (const int64_t passes : {1, 7, 60}) {
    const auto found = perceptron(X, y, passes);
    auto w = zeros({3});
    int64_t mistakes = 0;
    for (int64_t i = 0; i < 4 * passes; ++i) {
      const auto row = augmented(X)[i % 4] * signs(y)[i % 4];
      if (row.dot(w).item<double>() > 0) continue;
      w = w + row;
      ++mistakes;
    }
    EXPECT_FALSE(found.converged);
    EXPECT_EQ(found.mistakes, mistakes) << passes << " passes";
    EXPECT_CLOSE(found.weights, w, atol(0.0)) << passes << " passes";
  }
}

/// OR takes five passes with mistakes; that there are no more is known after the sixth.
TEST(Perceptron, ConvergedMeansAWholePassWithoutMistakes) {
  const auto X = vector({0, 0, 0, 1, 1, 0, 1, 1}).view({4, 2});
  const auto y = labels_of({0, 1, 1, 1});
  const auto five = perceptron(X, y, 5), six = perceptron(X, y, 6);
  EXPECT_CLOSE(five.weights, vector({2, 2, -1}), atol(0.0));
  EXPECT_EQ(five.mistakes, 9);
  EXPECT_FALSE(five.converged);
  EXPECT_EQ(six.mistakes, 9);
  EXPECT_TRUE(six.converged);
}

TEST(Perceptron, RefusesWhatItCannotLearn) {
  const auto X = vector({1, -1}).unsqueeze(1);
  const auto y = labels_of({1, 0});
  between_right_answers(
      [&] {
        const auto found = perceptron(X, y, 3);
        EXPECT_CLOSE(found.weights, vector({2, 0}), atol(0.0));
        EXPECT_EQ(found.mistakes, 2);
      },
      [&] {
        EXPECT_THROW(perceptron(X, y, 0), StudentError);
        EXPECT_THROW(perceptron(X, labels_of({1, -1}), 3), StudentError);
        EXPECT_THROW(perceptron(X, labels_of({1, 0, 1}), 3), StudentError);
        EXPECT_THROW(perceptron(vector({1, -1}), y, 3), StudentError);
      });
}

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
  const auto fit = std::get<0>(torch::linalg_lstsq(augmented(data.X), 2 * signs(data.y).unsqueeze(1))).squeeze(1);
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
/// takes the plane to the far ones; of such sets full steps never come back from 9 in 10 (268 of 300), so that
/// of twelve they fit all once in 10¹¹.
TEST(FitLogistic, ComesBackFromFarPoints) {
  const auto y = torch::cat({torch::zeros({57}, torch::kLong), torch::ones({23}, torch::kLong), labels_of({0})});
  for (int set = 0; set < 12; ++set) {
    const auto u = uniform({81}, 0, 1, "far points " + std::to_string(set));
    const auto x = torch::cat({-40 * (1 + 0.1 * u.slice(0, 0, 57)), 1.4 + 0.2 * u.slice(0, 57, 80), 0.05 * u.slice(0, 80)});
    const Data data{x.unsqueeze(1), y};
    for (const double tolerance : {1e-1, 1e-2, 1e-3, 1e-4, 1e-9}) {
      const auto w = fit_logistic(data.X, data.y, 1e-4, tolerance);
      EXPECT_LE(gradient(data, w, 1e-4).abs().max().item<double>(), 1.1 * tolerance) << "set " << set;
    }
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

/// With a penalty a minimum is there also where a plane separates, and it does separate where λ is small. The margin
/// of 0.3 in features of size 1 leaves e^−8 of the loss.
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

/// Only the difference of two classes counts: with w = W₁ − W₀ the row of class 1 is the logistic gradient, and that of
/// class 0 its negative.
TEST(SoftmaxGradient, TwoClassesAreLogistic) {
  const auto data = noisy_classes(25, 3, "two classes");
  const auto W = normal({2, 4}, "two classes at");
  const auto expected = gradient(data, W[1] - W[0], 0.0);
  EXPECT_CLOSE(softmax_gradient(data.X, data.y, W, 0.0), torch::stack({-expected, expected}), atol(1e-12));
}

/// λW but for the last column; logits of 10⁴; a class that nobody belongs to.
TEST(SoftmaxGradient, PenalisesNoInterceptAndDoesNotOverflow) {
  const auto data = softmax_problem(20, 3, 3, "softmax edges");
  const auto at = [&](const Tensor& W, double lambda) { return softmax_gradient(data.X, data.labels, W, lambda); };
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
        const double bound = torch::linalg_svdvals(augmented(data.X)).max().square().item<double>() / 40 + 0.1;
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

/// All distances at once and their order are 1,500 × 12,000 numbers each, twice or three times 144 MB, where 256 MiB may be
/// used; a block after the other leaves room for what malloc does not find again (up to 144 MB with glibc 2.36). The
/// points lie on a lattice of the spacing 416,006, with numbers below 2²⁴ whose squares float32 rounds: to it
/// 3² + 0² + 0² is not 2² + 2² + 1².
TEST(NearestNeighbours, ManyQueriesInLittleMemory) {
  const auto X = 416006 * integers(1500 * 3, 40, "many").view({1500, 3}).to(torch::kFloat64);
  const auto queries = 208003 * integers(12000 * 3, 80, "many queries").view({12000, 3}).to(torch::kFloat64);
  const auto labels = integers(1500, 40, "many labels");
  not_called_again("costs too much");
  const auto called = nearest_neighbours(X, labels, queries, 3);
  const auto some = torch::cat({torch::arange(0, 12000, 12), torch::arange(11980, 12000)});
  EXPECT_CLOSE(called.index_select(0, some), searched(X, labels, queries.index_select(0, some), 3), atol(0.0));
}

/// Distances do not depend on the origin: far from it ‖x‖² − 2x·q + ‖q‖² has no digits left. Whole numbers, so that
/// nothing is rounded on the way.
TEST(NearestNeighbours, TheOriginMayBeFarAway) {
  const auto X = integers(80 * 3, 9, "far lattice").view({80, 3}).to(torch::kFloat64);
  const auto queries = integers(30 * 3, 9, "far queries").view({30, 3}).to(torch::kFloat64);
  const auto labels = integers(80, 3, "far labels");
  const double away = 1e9;
  const auto expected = searched(X, labels, queries, 4);
  EXPECT_CLOSE(nearest_neighbours(X + away, labels, queries + away, 4), expected, atol(0.0));
  // Two clouds, each far from wherever the origin is put for the other.
  const auto both = nearest_neighbours(torch::cat({X, X + away}), torch::cat({labels, labels}),
                                       torch::cat({queries, queries + away}), 4);
  EXPECT_CLOSE(both, torch::cat({expected, expected}), atol(0.0));
}

/// k = n counts all, wherever the query is; the nearest of a row is itself; one row answers everything.
TEST(NearestNeighbours, AllVoteOrOne) {
  const auto X = normal({25, 4}, "all");
  const auto labels = torch::cat({integers(24, 5, "all labels"), labels_of({9})});
  const auto queries = 3 * normal({6, 4}, "all queries");
  EXPECT_CLOSE(nearest_neighbours(X, labels, queries, 25), searched(X, labels, queries, 25), atol(0.0));
  EXPECT_CLOSE(nearest_neighbours(X, labels, X, 1), labels, atol(0.0));
  EXPECT_CLOSE(nearest_neighbours(X.slice(0, 24), labels.slice(0, 24), queries, 1), labels_of({9, 9, 9, 9, 9, 9}), atol(0.0));
}

TEST(NearestNeighbours, RefusesWhatDoesNotFit) {
  const auto X = normal({10, 2}, "refused rows"), queries = normal({4, 2}, "refused queries");
  const auto labels = integers(10, 3, "refused labels");
  between_right_answers(
      [&] { EXPECT_CLOSE(nearest_neighbours(X, labels, queries, 3), searched(X, labels, queries, 3), atol(0.0)); },
      [&] {
        EXPECT_THROW(nearest_neighbours(X, labels, queries, 0), StudentError);
        EXPECT_THROW(nearest_neighbours(X, labels, queries, 11), StudentError);
        EXPECT_THROW(nearest_neighbours(X, labels.slice(0, 1), queries, 3), StudentError);
        EXPECT_THROW(nearest_neighbours(X, labels, queries.slice(1, 1), 3), StudentError);
        EXPECT_THROW(nearest_neighbours(X, torch::cat({labels.slice(0, 1), labels_of({-1})}), queries, 3), StudentError);
      });
}

/// A probability on an edge belongs to the bin above, 1 to the last; what an empty bin holds is 0.
TEST(Calibration, TheEdgesOfTheBins) {
  const auto found = calibration(vector({0.25, 1, 0, 0.25, 1}), labels_of({1, 1, 0, 0, 1}), 8);
  EXPECT_CLOSE(found.counts, labels_of({1, 0, 2, 0, 0, 0, 0, 2}), atol(0.0));
  EXPECT_CLOSE(found.mean_probability, vector({0, 0, 0.25, 0, 0, 0, 0, 1}), atol(1e-15));
  EXPECT_CLOSE(found.fraction, vector({0, 0, 0.5, 0, 0, 0, 0, 1}), atol(1e-15));
  EXPECT_CLOSE(found.error, 0.1, atol(1e-14));
  EXPECT_CLOSE(calibration(vector({0.3, 0.8}), labels_of({1, 0}), 1).error, 0.05, atol(1e-14));
}

TEST(Calibration, RefusesWhatIsNoProbability) {
  const auto p = vector({0.2, 0.7}), y = vector({0, 1});
  const auto outcomes = y.to(torch::kLong);
  between_right_answers([&] { EXPECT_CLOSE(calibration(p, outcomes, 2).error, 0.25, atol(1e-14)); },
                        [&] {
                          EXPECT_THROW(calibration(p, outcomes, 0), StudentError);
                          EXPECT_THROW(calibration(p - 0.3, outcomes, 2), StudentError);
                          EXPECT_THROW(calibration(p + 0.4, outcomes, 2), StudentError);
                          EXPECT_THROW(calibration(p, 2 * outcomes, 2), StudentError);
                          EXPECT_THROW(calibration(p, outcomes.slice(0, 1), 2), StudentError);
                        });
}

/// Only the order of the scores counts; turned around they have the area that is missing to 1.
TEST(Roc, OnlyTheOrderCounts) {
  const auto outcomes = integers(50, 2, "order outcomes");
  const auto scores = (normal({50}, "order scores") * 3 + outcomes).round();
  const auto found = roc(scores, outcomes), stretched = roc(1e6 * (scores / 4).exp(), outcomes);
  EXPECT_CLOSE(stretched.false_positive_rate, found.false_positive_rate, atol(0.0));
  EXPECT_CLOSE(stretched.true_positive_rate, found.true_positive_rate, atol(0.0));
  const auto close = roc(1 + 1e-12 * scores, outcomes);
  EXPECT_CLOSE(close.true_positive_rate, found.true_positive_rate, atol(0.0));
  EXPECT_CLOSE(roc(-scores, outcomes).area, 1 - found.area, atol(1e-13));
  EXPECT_CLOSE(found.area, pairs_in_order(scores, outcomes), atol(1e-13));
}

/// One score for all: the straight line from (0, 0) to (1, 1), and no point between. All in order: the corner.
TEST(Roc, OneScoreForAll) {
  const auto same = roc(vector({2, 2, 2, 2}), labels_of({0, 1, 1, 0}));
  EXPECT_CLOSE(same.false_positive_rate, vector({0, 1}), atol(0.0));
  EXPECT_CLOSE(same.true_positive_rate, vector({0, 1}), atol(0.0));
  EXPECT_CLOSE(same.area, 0.5, atol(1e-15));
  const auto best = roc(vector({-3, -1, -2}), labels_of({0, 1, 0}));
  EXPECT_CLOSE(best.false_positive_rate, vector({0, 0, 0.5, 1}), atol(0.0));
  EXPECT_CLOSE(best.true_positive_rate, vector({0, 1, 1, 1}), atol(0.0));
  EXPECT_CLOSE(best.area, 1.0, atol(1e-15));
}

TEST(Roc, RefusesASingleOutcome) {
  const auto scores = vector({1, 2, 3});
  between_right_answers([&] { EXPECT_CLOSE(roc(scores, labels_of({0, 1, 0})).area, 0.5, atol(1e-15)); },
                        [&] {
                          EXPECT_THROW(roc(scores, labels_of({1, 1, 1})), StudentError);
                          EXPECT_THROW(roc(scores, labels_of({0, 0, 0})), StudentError);
                          EXPECT_THROW(roc(scores, labels_of({0, 1})), StudentError);
                          EXPECT_THROW(roc(vector({1, 2, 3, 4}), labels_of({0, 2, 1, 0})), StudentError);
                        });
}

/// All spins flipped, and the lattice moved around itself: the same state.
TEST(IsingFeatures, KnowTheSymmetries) {
  const auto spins = random_spins(7, 5, 8, "symmetric states");
  const auto found = ising_features(spins);
  EXPECT_CLOSE(ising_features(-spins), found, atol(1e-14));
  EXPECT_CLOSE(ising_features(torch::roll(spins, {2, 3}, {1, 2}).contiguous()), found, atol(1e-14));
  EXPECT_CLOSE(ising_features(spins.transpose(1, 2).contiguous()), found, atol(1e-14));
  EXPECT_GT(found.select(1, 0).min().item<double>(), -1e-15);
  auto bonds = zeros({7});
  for (int64_t i = 0; i < 5; ++i)
    for (int64_t j = 0; j < 8; ++j)
      bonds = bonds + spins.select(1, i).select(1, j) * (spins.select(1, (i + 1) % 5).select(1, j) +
                                                        spins.select(1, i).select(1, (j + 1) % 8));
  EXPECT_CLOSE(found.select(1, 1), -bonds / 40, atol(1e-14));
}

/// On 2 × 2 sites the next one is also the one before: each pair has two bonds.
TEST(IsingFeatures, OfTheSmallestLattice) {
  const auto spins = torch::tensor({1, 1, 1, -1, 1, -1, -1, 1}, torch::kChar).view({2, 2, 2});
  EXPECT_CLOSE(ising_features(spins), vector({0.5, 0, 0, 2}).view({2, 2}), atol(1e-15));
  EXPECT_CLOSE(ising_features(torch::ones({1, 200, 200}, torch::kChar)), vector({1, -2}).unsqueeze(0), atol(1e-13));
}

TEST(IsingFeatures, RefusesASingleState) {
  const auto one = torch::ones({3, 4}, torch::kChar);
  between_right_answers(
      [&] { EXPECT_CLOSE(ising_features(-one.unsqueeze(0)), vector({1, -2}).unsqueeze(0), atol(1e-15)); },
      [&] {
        EXPECT_THROW(ising_features(one), StudentError);
        EXPECT_THROW(ising_features(one.unsqueeze(0).unsqueeze(0)), StudentError);
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
        EXPECT_CLOSE(softmax_curvature_along(data, W, P, 0.2), -softmax_gradient_of(data, W, 0.2), atol(1e-11));
      },
      [&] {
        EXPECT_THROW(softmax_newton_step(data.X, data.labels + 1, W, 0.2), StudentError);
        EXPECT_THROW(softmax_newton_step(data.X, data.labels, W, -0.2), StudentError);
        EXPECT_THROW(softmax_newton_step(data.X, data.labels, W.slice(1, 1), 0.2), StudentError);
      });
}

}  // namespace
