// Log-odds, surprise, and the best rule of two Gaussians: other data than in checks.cpp, other streams of the
// seed, the edges of each definition.
#include <cmath>

#include "assignments/02-classification/calls.h"
#include "assignments/02-classification/references.h"

namespace {

using namespace spinlab;
using namespace classification::problems;

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
  const auto moved0 = A.matmul(mean0), moved1 = A.matmul(mean1),
             stretched = A.matmul(covariance).matmul(A.t());
  const auto w = gaussian_log_odds(moved0, moved1, (stretched + stretched.t()) / 2, 0.7);
  EXPECT_CLOSE(augmented(x.matmul(A.t())).matmul(w), odds, rtol(1e-6) + atol(1e-6));
  EXPECT_CLOSE(bayes_error(1e6 * mean0, 1e6 * mean1, 1e12 * covariance, 0.7),
               bayes_error(mean0, mean1, covariance, 0.7), rtol(1e-9));
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

}  // namespace
