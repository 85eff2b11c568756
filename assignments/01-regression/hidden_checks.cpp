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
}

TEST(PolynomialFeatures, RefusesAMatrixAndANegativeDegree) {
  between_right_answers(
      [] { EXPECT_CLOSE(polynomial_features(vector({3}), 1), vector({1, 3}).unsqueeze(0), atol(0.0)); },
      [] {
        EXPECT_THROW(polynomial_features(vector({1, 2}), -1), StudentError);
        EXPECT_THROW(polynomial_features(vector({1, 2}).unsqueeze(1), 2), StudentError);
        EXPECT_THROW(polynomial_features(vector({2})[0], 2), StudentError);
      });
}

/// Metres or nanometres: the coefficients change with the unit, the fit and the verdict on the rank do not.
TEST(FitLeastSquares, TheUnitOfAColumnDoesNotMatter) {
  const auto A = normal({35, 4}, "units"), y = normal({35}, "units values");
  const auto unit = vector({1e9, 1, 1e-18, 1e5});
  const auto w = fit_least_squares(A, y);
  EXPECT_CLOSE(A.t().matmul(y - A.matmul(w)), torch::zeros({4}, torch::kFloat64), atol(1e-11));
  EXPECT_CLOSE(fit_least_squares(A * unit, y) * unit, w, rtol(1e-9) + atol(1e-11));
}

/// The sine of the angle between the last column and the others is 1e-12, 200 times n ε: w is lost to
/// rounding, the fit is not.
TEST(FitLeastSquares, NearlyParallelColumnsAreNotDependent) {
  const auto A = normal({20, 3}, "parallel");
  const auto nearly = A.select(1, 0) + 1e-12 * normal({20}, "nearly");
  const auto B = torch::cat({A, nearly.unsqueeze(1)}, 1);
  const auto y = B.matmul(normal({4}, "parallel coefficients"));
  EXPECT_CLOSE(B.matmul(fit_least_squares(B, y)), y, atol(1e-11));
}

TEST(FitLeastSquares, TheSmallestSystems) {
  const auto A = torch::eye(5, torch::kFloat64) + 0.1 * normal({5, 5}, "square");
  const auto w = normal({5}, "square coefficients");
  EXPECT_CLOSE(fit_least_squares(A, A.matmul(w)), w, atol(1e-11));
  EXPECT_CLOSE(fit_least_squares(vector({2, 4}).unsqueeze(1), vector({1, 3})), vector({0.7}), atol(1e-14));
}

TEST(FitLeastSquares, RefusesShapesThatDoNotFit) {
  const auto A = normal({7, 3}, "shapes"), w = normal({3}, "shapes coefficients"), y = A.matmul(w);
  between_right_answers([&] { EXPECT_CLOSE(fit_least_squares(A, y), w, atol(1e-11)); },
                        [&] {
                          EXPECT_THROW(fit_least_squares(A, torch::cat({y, y})), StudentError);
                          EXPECT_THROW(fit_least_squares(A, y.unsqueeze(1)), StudentError);
                          EXPECT_THROW(fit_least_squares(y, y), StudentError);
                        });
}

/// Centring is one more rounding: the master keeps 7 digits of Filip here, 13 of Longley.
TEST(FitRidge, WithoutAPenaltyIsStableLeastSquares) {
  const auto filip = datasets::nist::linear("filip"), longley = datasets::nist::linear("longley");
  EXPECT_CLOSE(fit_ridge(filip.X, filip.y, 0.0), filip.certified, rtol(1e-5));
  EXPECT_CLOSE(fit_ridge(longley.X, longley.y, 0.0), longley.certified, rtol(1e-9));
}

/// Of 32 twos every mean is exact, whatever order the sum is taken in. What varies by 1e-11 of itself, a
/// thousand times n ε, is not constant: its slope is cov/(var + λ). (A column of ones beside it leaves five
/// digits.)
TEST(FitRidge, AConstantFeatureIsTheInterceptsBusiness) {
  const auto data = sparse_data(32, 3, "ridge edges");
  const auto wide = torch::cat({data.X, torch::full({32, 1}, 2.0, torch::kFloat64)}, 1);
  const auto w = fit_ridge(wide, data.y, 0.2);
  EXPECT_CLOSE(w[3].item<double>(), 0.0, atol(1e-13));
  EXPECT_CLOSE(torch::cat({w.slice(0, 0, 3), w.slice(0, 4)}), fit_ridge(data.X, data.y, 0.2), atol(1e-11));
  EXPECT_THROW(fit_ridge(wide, data.y, 0.0), StudentError);
  const auto nearly = 1e6 + 1e-5 * normal({32, 1}, "nearly constant");
  const auto dx = (nearly - nearly.mean()).squeeze(1), dy = data.y - data.y.mean();
  const double slope = (dx.dot(dy) / (dx.square().sum() + 32e-11)).item<double>();
  EXPECT_CLOSE(fit_ridge(vector({3, 4}).unsqueeze(0), vector({2}), 0.5), vector({0, 0, 2}), atol(1e-13));
  EXPECT_CLOSE(fit_ridge(nearly, data.y, 1e-11)[0].item<double>(), slope, rtol(1e-3));
}

TEST(FitRidge, RefusesANegativePenaltyAndShapesThatDoNotFit) {
  const auto data = sparse_data(12, 2, "ridge refusals");
  const auto flat = torch::cat({torch::zeros({2}, torch::kFloat64), data.y.mean().unsqueeze(0)});
  between_right_answers([&] { EXPECT_CLOSE(fit_ridge(data.X, data.y, 1e14), flat, atol(1e-9)); },
                        [&] {
                          EXPECT_THROW(fit_ridge(data.X, data.y, -0.1), StudentError);
                          EXPECT_THROW(fit_ridge(data.X, data.y.slice(0, 1), 0.1), StudentError);
                          EXPECT_THROW(fit_ridge(data.X, data.y.unsqueeze(1), 0.1), StudentError);
                        });
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

/// Nobody asked it to stop: there are as many iterates as steps, and at the minimum they are all the same.
/// Where all numbers are small so are the gradients, and the path is the same one.
TEST(GradientDescent, StaysAtTheMinimum) {
  const auto A = normal({12, 3}, "rest"), best = normal({3}, "rest point");
  const auto path = gradient_descent(A, A.matmul(best), best, 0.1, 20);
  EXPECT_CLOSE(path, best.expand({21, 3}), atol(1e-13));
  const auto away = gradient_descent(A, A.matmul(best), best + 1, 0.1, 1);
  EXPECT_CLOSE(away[1], best + 1 - 0.1 * A.t().matmul(A.sum(1)) / 12, atol(1e-13));
  const auto large = gradient_descent(A, A.matmul(best), best + 1, 0.1, 5);
  EXPECT_CLOSE(1e15 * gradient_descent(A, 1e-15 * A.matmul(best), 1e-15 * (best + 1), 0.1, 5), large,
               atol(1e-11));
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
        EXPECT_THROW(gradient_descent(A, y.unsqueeze(1), w0, 0.1, 0), StudentError)
            << "even if no step is taken";
      });
}

/// The singular values of a (3, 7) matrix are 3; its Hessian has 7 eigenvalues, four of them 0. One column
/// twice has 0 too.
TEST(OptimalStep, AHessianWithMoreFeaturesThanPointsIsSingular) {
  const auto A = normal({3, 7}, "singular");
  const double largest = torch::linalg_eigvalsh(A.matmul(A.t()) / 3).max().item<double>();
  EXPECT_CLOSE(optimal_step(A), 2 / largest, rtol(1e-11));
  const auto once = with_spectrum(20, vector({4, 1}), "once").X;
  const auto twice = torch::cat({once, once.slice(1, 0, 1)}, 1);
  const double steepest = torch::linalg_eigvalsh(twice.t().matmul(twice) / 20).max().item<double>();
  EXPECT_CLOSE(optimal_step(twice), 2 / steepest, rtol(1e-11));
}

TEST(OptimalStep, RefusesAVector) {
  const auto A = vector({1, 2, 2}).unsqueeze(1);  // H = 3
  between_right_answers([&] { EXPECT_CLOSE(optimal_step(A), 1.0 / 3, rtol(1e-13)); },
                        [&] { EXPECT_THROW(optimal_step(A.squeeze(1)), StudentError); });
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
}

TEST(SoftThreshold, RefusesANegativeThreshold) {
  between_right_answers(
      [] { EXPECT_CLOSE(soft_threshold(vector({3, -3}), 1.0), vector({2, -2}), atol(0.0)); },
      [] { EXPECT_THROW(soft_threshold(vector({3, -3}), -1.0), StudentError); });
}

TEST(LassoViolation, AgreesOneFeatureAtATime) {
  const auto data = sparse_data(30, 7, "violation");
  auto w = normal({8}, "violating weights");
  w.slice(0, 2, 5).zero_();
  for (const double lambda : {0.0, 0.4, 3.0, 40.0}) {
    EXPECT_CLOSE(lasso_violation(data.X, data.y, w, lambda), kkt_violation(data, w, lambda), rtol(1e-11));
  }
}

/// The largest violation is that of a weight that is nearly zero, or of one that is zero, by turns.
TEST(LassoViolation, ASmallWeightIsNotZero) {
  const auto X = std::sqrt(30) * centred_orthonormal(30, 2, "small weights");
  const auto y = X.matmul(vector({0.3, -0.2}));
  const auto violation = [&](double first, double second, double lambda) {
    return lasso_violation(X, y, vector({first, second, 0}), lambda);
  };
  EXPECT_CLOSE(violation(1e-9, 0, 1.0), 0.7, atol(1e-7));   // g = 0.3, λ was wanted
  EXPECT_CLOSE(violation(-1e-9, 0, 1.0), 1.3, atol(1e-7));  // g = 0.3, -λ was wanted
  EXPECT_CLOSE(violation(0, 0, 1.0), 0.0, atol(1e-12));
  EXPECT_CLOSE(violation(0, 0, 0.1), 0.2, atol(1e-12));
}

TEST(LassoViolation, RefusesANegativePenaltyAndShapesThatDoNotFit) {
  const auto data = sparse_data(30, 7, "violation refusals");
  const auto w = normal({8}, "refused weights");
  between_right_answers(
      [&] {
        EXPECT_CLOSE(lasso_violation(data.X, data.y, w, 0.4), kkt_violation(data, w, 0.4), rtol(1e-11));
      },
      [&] {
        EXPECT_THROW(lasso_violation(data.X, data.y, w.slice(0, 1), 0.4), StudentError);
        EXPECT_THROW(lasso_violation(data.X, data.y, w, -0.4), StudentError);
      });
}

TEST(FitLasso, MeetsTheConditionsWithMoreFeaturesThanPoints) {
  const auto data = sparse_data(15, 24, "wide lasso");
  const double lambda = 0.2 * lambda_max(data);
  EXPECT_LT(kkt_violation(data, fit_lasso(data.X, data.y, lambda, 1e-8), lambda), 1e-7);
}

TEST(FitLasso, AConstantFeatureAndNoPenalty) {
  const auto data = sparse_data(32, 4, "lasso edges");
  const auto constant = torch::ones({32, 1}, torch::kFloat64);
  const auto w = fit_lasso(torch::cat({constant, data.X}, 1), data.y - 100, 0.3, 1e-10);
  EXPECT_EQ(w[0].item<double>(), 0.0);
  const auto shift = 100 * vector({0, 0, 0, 0, 1});
  EXPECT_CLOSE(w.slice(0, 1) + shift, fit_lasso(data.X, data.y, 0.3, 1e-10), atol(1e-8));
  const auto exact = std::get<0>(torch::linalg_lstsq(torch::cat({data.X, constant}, 1), data.y.unsqueeze(1)));
  EXPECT_CLOSE(fit_lasso(data.X, data.y, 0.0, 1e-11), exact.squeeze(1), atol(1e-8));
}

TEST(FitLasso, RefusesANegativePenaltyAndNoTolerance) {
  const auto data = sparse_data(20, 2, "lasso refusals");
  const auto none = torch::cat({torch::zeros({2}, torch::kFloat64), data.y.mean().unsqueeze(0)});
  between_right_answers([&] { EXPECT_CLOSE(fit_lasso(data.X, data.y, 1e3, 1e-9), none, atol(1e-8)); },
                        [&] {
                          EXPECT_THROW(fit_lasso(data.X, data.y, -0.3, 1e-10), StudentError);
                          EXPECT_THROW(fit_lasso(data.X, data.y, 0.3, 0.0), StudentError);
                          EXPECT_THROW(fit_lasso(data.X, data.y.slice(0, 1), 0.3, 1e-10), StudentError);
                        });
}

/// A sweep multiplies the error by 0.997: 2000 of them leave 2e-3 of it, and it would take 8000 to the
/// tolerance.
TEST(FitLasso, ThrowsWhere2000SweepsDoNotSuffice) {
  const auto alike = with_correlation(0.997, "too alike"), apart = with_correlation(0.5, "apart");
  between_right_answers(
      [&] { EXPECT_LT(kkt_violation(apart, fit_lasso(apart.X, apart.y, 0.01, 1e-10), 0.01), 1e-9); },
      [&] { EXPECT_THROW(fit_lasso(alike.X, alike.y, 0.01, 1e-10), StudentError); });
}

/// The weighted line seen from the nearest point, where (q − x)² − (q − x_0)² = u² + 2u(x_0 − q), u = x −
/// x_0, loses no digits.
double line_at(const Tensor& x, const Tensor& y, double q, double h) {
  const auto nearest = x[(x - q).abs().argmin()];
  const auto u = x - nearest;
  const auto weights = torch::exp(-(u.square() + 2 * u * (nearest - q)) / (2 * h * h));
  const auto k = weights / weights.sum();
  const auto u_mean = k.dot(u), y_mean = k.dot(y);
  const auto slope = k.dot((u - u_mean) * (y - y_mean)) / k.dot((u - u_mean).square());
  return (y_mean + slope * (q - nearest - u_mean)).item<double>();
}

/// At 40 bandwidths from the data every exp(−u²/2) is 0 in float64; their ratios still define a line for each
/// query, and not the same for all. The points lie so close that neighbours' weights are within a factor e,
/// so that no algorithm has to subtract nearly equal numbers.
TEST(LocallyLinear, ExtrapolatesFarOutsideTheData) {
  const auto x = torch::linspace(0, 1, 201, torch::kFloat64) + 0.001 * uniform({201}, -1, 1, "jitter");
  const double bend = number(1, 4, "bend"), h = 0.5;
  const auto y = 2 + x + bend * x.square();
  const auto queries = vector({0.4, -20.0, 21.5, 0.7});
  auto expected = torch::empty({4}, torch::kFloat64);
  for (int64_t i = 0; i < 4; ++i) expected[i] = line_at(x, y, queries[i].item<double>(), h);
  EXPECT_CLOSE(locally_linear(x, y, queries, h), expected, rtol(1e-8));
}

TEST(LocallyLinear, AWideWindowIsTheGlobalLine) {
  const auto x = normal({30}, "global"), y = x.square() + normal({30}, "global noise");
  const auto queries = normal({11}, "global queries");
  const auto A = torch::stack({torch::ones_like(x), x}, 1);
  const auto line = std::get<0>(torch::linalg_lstsq(A, y.unsqueeze(1))).squeeze(1);
  EXPECT_CLOSE(locally_linear(x, y, queries, 1e7), line[0] + line[1] * queries, atol(1e-9));
  // Neighbours at ten bandwidths weigh 2e-22 each: at a point the line goes through it, and they give its
  // slope.
  const auto grid = 0.1 * torch::arange(9, torch::kFloat64), bent = grid.exp();
  EXPECT_CLOSE(locally_linear(grid, bent, grid, 0.01), bent, atol(1e-6));
}

/// Metres or nanometres: the value at a query is the same.
TEST(LocallyLinear, TheUnitOfXDoesNotMatter) {
  const auto x = uniform({30}, 0, 1, "units of x"), y = x.square() + normal({30}, "units of x noise");
  const auto queries = vector({-0.5, 0.1, 0.6, 2});
  auto values = torch::empty({4}, torch::kFloat64);
  for (int64_t i = 0; i < 4; ++i) values[i] = line_at(x, y, queries[i].item<double>(), 0.3);
  EXPECT_CLOSE(locally_linear(x, y, queries, 0.3), values, rtol(1e-8) + atol(1e-9));
  EXPECT_CLOSE(locally_linear(1e-9 * x, y, 1e-9 * queries, 0.3e-9), values, rtol(1e-8) + atol(1e-9));
  EXPECT_CLOSE(locally_linear(1e9 * x, y, 1e9 * queries, 0.3e9), values, rtol(1e-8) + atol(1e-9));
}

TEST(LocallyLinear, RefusesNoBandwidthAndASinglePlace) {
  const auto x = uniform({9}, 0, 1, "local refusals"), queries = vector({0.5});
  between_right_answers(
      [&] { EXPECT_CLOSE(locally_linear(x, 2 * x, queries, 0.5), vector({1}), atol(1e-9)); },
      [&] {
        EXPECT_THROW(locally_linear(x, 2 * x, queries, 0.0), StudentError);
        EXPECT_THROW(locally_linear(x, x.slice(0, 1), queries, 1.0), StudentError);
        EXPECT_THROW(locally_linear(torch::ones_like(x), x, queries, 1.0), StudentError);
      });
}

}  // namespace
