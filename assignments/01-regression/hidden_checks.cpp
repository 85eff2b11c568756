// The checks that never leave the instructor: other shapes, other streams of the seed, the edges of each
// definition.
#include "calls.h"
#include "datasets/sets/nist.h"
#include "problems.h"

namespace {

using namespace spinlab;
using namespace regression::problems;

TEST(PolynomialFeatures, TheEdgesOfTheDefinition) {
  const auto expected = torch::stack({vector({1, 1, 1}), vector({0, -2, 0.5}), vector({0, 4, 0.25})}, 1);
  EXPECT_CLOSE(polynomial_features(vector({0, -2, 0.5}), 2), expected, atol(0.0));
  EXPECT_CLOSE(polynomial_features(vector({0, 3}), 0), torch::ones({2, 1}, torch::kFloat64), atol(0.0));
  EXPECT_THROW(polynomial_features(vector({1, 2}), -1), StudentError);
  EXPECT_THROW(polynomial_features(vector({1, 2}).unsqueeze(1), 2), StudentError);
}

/// Metres or nanometres: the coefficients change with the unit, the fit and the verdict on the rank do not.
TEST(FitLeastSquares, TheUnitOfAColumnDoesNotMatter) {
  const auto A = normal({35, 4}, "units"), y = normal({35}, "units values");
  const auto unit = vector({1e9, 1, 1e-18, 1e5});
  const auto w = fit_least_squares(A, y);
  EXPECT_CLOSE(A.t().matmul(y - A.matmul(w)), torch::zeros({4}, torch::kFloat64), atol(1e-11));
  EXPECT_CLOSE(fit_least_squares(A * unit, y) * unit, w, rtol(1e-9) + atol(1e-11));
}

TEST(FitLeastSquares, TheSmallestSystemsAndTheWrongShapes) {
  const auto A = torch::eye(5, torch::kFloat64) + 0.1 * normal({5, 5}, "square");
  const auto w = normal({5}, "square coefficients");
  EXPECT_CLOSE(fit_least_squares(A, A.matmul(w)), w, atol(1e-11));
  EXPECT_CLOSE(fit_least_squares(vector({2, 4}).unsqueeze(1), vector({1, 3})), vector({0.7}), atol(1e-14));
  EXPECT_THROW(fit_least_squares(A, torch::cat({w, w})), StudentError);
  EXPECT_THROW(fit_least_squares(A, w.unsqueeze(1)), StudentError);
  EXPECT_THROW(fit_least_squares(w, w), StudentError);
}

/// Centring is one more rounding: the master keeps 7 digits of Filip here, 13 of Longley.
TEST(FitRidge, WithoutAPenaltyIsStableLeastSquares) {
  const auto filip = datasets::nist::linear("filip"), longley = datasets::nist::linear("longley");
  EXPECT_CLOSE(fit_ridge(filip.X, filip.y, 0.0), filip.certified, rtol(1e-5));
  EXPECT_CLOSE(fit_ridge(longley.X, longley.y, 0.0), longley.certified, rtol(1e-9));
}

TEST(FitRidge, TheEdgesOfTheDefinition) {
  const auto data = sparse_data(30, 3, "ridge edges");
  const auto wide = torch::cat({data.X, torch::full({30, 1}, 2.0, torch::kFloat64)}, 1);
  const auto w = fit_ridge(wide, data.y, 0.2);
  EXPECT_CLOSE(w[3].item<double>(), 0.0, atol(1e-13));  // a constant feature is the intercept's business
  EXPECT_CLOSE(torch::cat({w.slice(0, 0, 3), w.slice(0, 4)}), fit_ridge(data.X, data.y, 0.2), atol(1e-11));
  EXPECT_THROW(fit_ridge(wide, data.y, 0.0), StudentError);
  EXPECT_THROW(fit_ridge(data.X, data.y, -0.1), StudentError);
  EXPECT_THROW(fit_ridge(data.X, data.y.slice(0, 1), 0.1), StudentError);
}

/// w_t − w* = (1 − ηΛ)^t (w_0 − w*) in the eigenbasis, for any step.
TEST(GradientDescent, FollowsEachEigenvectorAtItsOwnRate) {
  const auto spectral = with_spectrum(25, vector({3.0, 1.5, 0.4, 0.05, 0.0}), "modes");
  const auto best = normal({5}, "modes minimum"), start = normal({5}, "modes start");
  const auto path = gradient_descent(spectral.X, spectral.X.matmul(best), start, 0.6, 33);
  ASSERT_EQ(path.sizes(), at::IntArrayRef({34, 5}));
  const auto modes = spectral.V.t().matmul(start - best);
  for (const int t : {0, 1, 9, 33}) {
    const auto factor = torch::pow(1 - 0.6 * spectral.eigenvalues, t);
    EXPECT_CLOSE(path[t], best + spectral.V.matmul(factor * modes), atol(1e-11)) << "after " << t << " steps";
  }
}

TEST(GradientDescent, RefusesWhatCannotDescend) {
  const auto A = normal({6, 2}, "refusals"), y = normal({6}, "refused values"), w0 = vector({1, 2});
  const auto w1 = w0 - 0.1 * A.t().matmul(A.matmul(w0) - y) / 6;
  between_right_answers(
      [&] { EXPECT_CLOSE(gradient_descent(A, y, w0, 0.1, 1), torch::stack({w0, w1}), atol(1e-13)); },
      [&] {
        EXPECT_THROW(gradient_descent(A, y, w0, 0.0, 2), StudentError);
        EXPECT_THROW(gradient_descent(A, y, w0, 0.1, -1), StudentError);
        EXPECT_THROW(gradient_descent(A, y, vector({1}), 0.1, 2), StudentError);
        EXPECT_THROW(gradient_descent(A, y.unsqueeze(1), w0, 0.1, 2), StudentError);
      });
}

/// The singular values of a (3, 7) matrix are 3; its Hessian has 7 eigenvalues, four of them 0.
TEST(OptimalStep, AHessianWithMoreFeaturesThanPointsIsSingular) {
  const auto A = normal({3, 7}, "singular");
  const double largest = torch::linalg_eigvalsh(A.matmul(A.t()) / 3).max().item<double>();
  EXPECT_CLOSE(optimal_step(A), 2 / largest, rtol(1e-11));
  EXPECT_THROW(optimal_step(A[0]), StudentError);
}

/// No u near S(z, t), on either side, has a smaller (u − z)²/2 + t|u|.
TEST(SoftThreshold, MinimisesItsObjective) {
  const auto z = 2 * normal({4, 5}, "proximal");
  const double t = uniform({1}, 0.2, 1.5, "proximal threshold").item<double>();
  const auto objective = [&](const Tensor& u) { return (u - z).square() / 2 + t * u.abs(); };
  const auto u = soft_threshold(z, t);
  ASSERT_EQ(u.sizes(), z.sizes());
  for (const double step : {1e-3, -1e-3, 0.5, -0.5}) {
    EXPECT_TRUE((objective(u + step) > objective(u)).all().item<bool>()) << "moved by " << step;
  }
  EXPECT_CLOSE(soft_threshold(z, 0.0), z, atol(0.0));
  EXPECT_THROW(soft_threshold(z, -1.0), StudentError);
}

TEST(LassoViolation, AgreesOneFeatureAtATime) {
  const auto data = sparse_data(30, 7, "violation");
  auto w = normal({8}, "violating weights");
  w.slice(0, 2, 5).zero_();
  for (const double lambda : {0.0, 0.4, 3.0, 40.0}) {
    EXPECT_CLOSE(lasso_violation(data.X, data.y, w, lambda), kkt_violation(data, w, lambda), rtol(1e-11));
  }
  EXPECT_THROW(lasso_violation(data.X, data.y, w.slice(0, 1), 0.4), StudentError);
  EXPECT_THROW(lasso_violation(data.X, data.y, w, -0.4), StudentError);
}

TEST(FitLasso, MeetsTheConditionsWithMoreFeaturesThanPoints) {
  const auto data = sparse_data(15, 24, "wide lasso");
  const double lambda = 0.2 * lambda_max(data);
  EXPECT_LT(kkt_violation(data, fit_lasso(data.X, data.y, lambda, 1e-8), lambda), 1e-7);
}

TEST(FitLasso, TheEdgesOfTheDefinition) {
  const auto data = sparse_data(40, 4, "lasso edges");
  const auto constant = torch::ones({40, 1}, torch::kFloat64);
  const auto w = fit_lasso(torch::cat({constant, data.X}, 1), data.y - 100, 0.3, 1e-10);
  EXPECT_EQ(w[0].item<double>(), 0.0);
  const auto shift = 100 * vector({0, 0, 0, 0, 1});
  EXPECT_CLOSE(w.slice(0, 1) + shift, fit_lasso(data.X, data.y, 0.3, 1e-10), atol(1e-8));
  const auto exact = std::get<0>(torch::linalg_lstsq(torch::cat({data.X, constant}, 1), data.y.unsqueeze(1)));
  EXPECT_CLOSE(fit_lasso(data.X, data.y, 0.0, 1e-11), exact.squeeze(1), atol(1e-8));
  EXPECT_THROW(fit_lasso(data.X, data.y, -0.3, 1e-10), StudentError);
  EXPECT_THROW(fit_lasso(data.X, data.y, 0.3, 0.0), StudentError);
}

/// At 40 bandwidths from the data every exp(-u²/2) is 0 in float64; their ratios still define the line.
TEST(LocallyLinear, ExtrapolatesFarOutsideTheData) {
  const auto x = torch::linspace(0, 1, 41, torch::kFloat64) + 0.005 * uniform({41}, -1, 1, "jitter");
  const double slope = uniform({1}, 1, 4, "far slope").item<double>();
  const auto queries = vector({-3.0, 4.0});
  EXPECT_CLOSE(locally_linear(x, 2 + slope * x, queries, 0.06), 2 + slope * queries, atol(1e-7));
}

TEST(LocallyLinear, AWideWindowIsTheGlobalLine) {
  const auto x = normal({30}, "global"), y = x.square() + normal({30}, "global noise");
  const auto queries = normal({11}, "global queries");
  const auto A = torch::stack({torch::ones_like(x), x}, 1);
  const auto line = std::get<0>(torch::linalg_lstsq(A, y.unsqueeze(1))).squeeze(1);
  EXPECT_CLOSE(locally_linear(x, y, queries, 1e7), line[0] + line[1] * queries, atol(1e-9));
  EXPECT_THROW(locally_linear(x, y, queries, 0.0), StudentError);
  EXPECT_THROW(locally_linear(x, y.slice(0, 1), queries, 1.0), StudentError);
  EXPECT_THROW(locally_linear(torch::ones_like(x), y, queries, 1.0), StudentError);
}

}  // namespace
