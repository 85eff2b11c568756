// The checks that students see. Every input is drawn from the check's seed, so only an algorithm passes, not
// a table.
#include <cmath>

#include "assignments/shared/differences.h"
#include "calls.h"
#include "datasets/sets/nist.h"
#include "houses.h"
#include "problems.h"

namespace {

using namespace spinlab;
using namespace regression::problems;

/// x^0 … x^degree by repeated multiplication.
Tensor powers(const Tensor& x, int64_t degree) {
  std::vector<Tensor> columns{torch::ones_like(x)};
  for (int64_t k = 0; k < degree; ++k) columns.push_back(columns.back() * x);
  return torch::stack(columns, 1);
}

TEST(PolynomialFeatures, ColumnsAreThePowers) {
  const auto x = uniform({17}, -2, 2, "polynomial");
  EXPECT_CLOSE(polynomial_features(x, 6), powers(x, 6), rtol(1e-12));
}

TEST(FitLeastSquares, RecoversTheCoefficientsBehindExactData) {
  const auto A = normal({30, 5}, "exact data");
  const auto w = normal({5}, "exact coefficients");
  EXPECT_CLOSE(fit_least_squares(A, A.matmul(w)), w, atol(1e-11));
}

TEST(FitLeastSquares, TheResidualIsOrthogonalToEveryColumn) {
  const auto A = normal({40, 6}, "noisy data");
  const auto y = normal({40}, "noise");
  const auto residual = y - A.matmul(fit_least_squares(A, y));
  EXPECT_CLOSE(A.t().matmul(residual), torch::zeros({6}, torch::kFloat64), atol(1e-11));
  EXPECT_GT(residual.norm().item<double>(), 0.1);  // 40 points in 6 dimensions cannot be met
}

/// NIST's Wampler1 and Wampler2 follow from formulas: y = Σ x^k and y = Σ (x/10)^k, k ≤ 5, x = 0 … 20. The
/// columns have condition number 6e6 (2e3 once scaled): QR keeps 9 and 13 digits, the normal equations 7
/// and 9.
TEST(FitLeastSquares, KeepsTheDigitsOfWampler) {
  const auto A = powers(torch::arange(21, torch::kFloat64), 5);
  const auto ones = torch::ones({6}, torch::kFloat64);
  EXPECT_CLOSE(fit_least_squares(A, A.sum(1)), ones, rtol(1e-8));
  const auto tenths = torch::pow(0.1, torch::arange(6, torch::kFloat64));
  EXPECT_CLOSE(fit_least_squares(A, A.matmul(tenths)), tenths, rtol(2e-11));
}

/// The features of NIST's problem, with a last column of ones where its model has an intercept.
Tensor design_matrix(const datasets::nist::LinearProblem& problem) {
  if (!problem.intercept) return problem.X;
  return torch::cat({problem.X, torch::ones({problem.X.size(0), 1}, torch::kFloat64)}, 1);
}

/// QR of the master keeps 12 digits of Norris, Pontius and the two without intercept and 11 of Longley; of
/// Longley the normal equations keep 7.
TEST(FitLeastSquares, MatchesTheCertifiedDigitsOfNist) {
  for (const auto* name : {"norris", "pontius", "noint1", "noint2", "longley"}) {
    const auto problem = datasets::nist::linear(name);
    EXPECT_CLOSE(fit_least_squares(design_matrix(problem), problem.y), problem.certified, rtol(1e-9)) << name;
  }
}

/// Degree 10 on -9 < x < -3: condition number 2e15, still 5e9 with columns of length 1. Rounding x^k alone
/// moves the solution by up to 5e9 · 1e-16, so float64 ends at 7 to 8 digits; the normal equations keep none.
TEST(FitLeastSquares, SolvesFilipToSixDigits) {
  const auto filip = datasets::nist::linear("filip");
  EXPECT_CLOSE(fit_least_squares(design_matrix(filip), filip.y), filip.certified, rtol(1e-6));
}

TEST(FitLeastSquares, RefusesWhatHasNoUniqueSolution) {
  const auto A = normal({20, 4}, "independent columns"), w = normal({4}, "weights"), y = A.matmul(w);
  between_right_answers(
      [&] { EXPECT_CLOSE(fit_least_squares(A, y), w, atol(1e-11)); },
      [&] {
        const auto zero = torch::zeros({20, 1}, torch::kFloat64), sum = A.slice(1, 0, 2).sum(1, true);
        EXPECT_THROW(fit_least_squares(torch::cat({A, A.sum(1, true)}, 1), y), StudentError);
        EXPECT_THROW(fit_least_squares(torch::cat({A.slice(1, 0, 2), sum, A.slice(1, 2)}, 1), y),
                     StudentError);
        EXPECT_THROW(fit_least_squares(torch::cat({A, zero}, 1), y), StudentError);
        EXPECT_THROW(fit_least_squares(A.slice(0, 0, 3), y.slice(0, 0, 3)), StudentError);
        const auto many = normal({4000, 2}, "many points");  // n ε = 9e-13: a sine of 2e-13 is rounding
        const auto nearly = many.select(1, 0) + 2e-13 * many.select(1, 1);
        EXPECT_THROW(fit_least_squares(torch::stack({many.select(1, 0), nearly}, 1), nearly), StudentError);
      });
}

TEST(FitRidge, SolvesTheRidgeEquations) {
  const auto data = sparse_data(50, 6, "ridge");
  const double lambda = 0.3;
  const auto w = fit_ridge(data.X, data.y, lambda);
  ASSERT_EQ(w.sizes(), at::IntArrayRef({7}));
  const auto slopes = w.slice(0, 0, 6);
  const auto residual = data.y - data.X.matmul(slopes) - w[6];
  EXPECT_CLOSE(residual.mean().item<double>(), 0.0, atol(1e-10));
  EXPECT_CLOSE(data.X.t().matmul(residual), lambda * 50 * slopes, atol(1e-8));
}

TEST(FitRidge, TheInterceptIsNotPenalised) {
  const auto data = sparse_data(40, 4, "intercept");
  const auto w = fit_ridge(data.X, data.y, 1.0);
  const auto shift = 1000 * torch::tensor({0., 0., 0., 0., 1.}, torch::kFloat64);
  EXPECT_CLOSE(fit_ridge(data.X, data.y + 1000, 1.0), w + shift, atol(1e-8));
  EXPECT_GT(w.slice(0, 0, 4).abs().max().item<double>(), 0.1) << "the slopes are penalised, not gone";
  const auto flat = fit_ridge(data.X, data.y, 1e12);
  EXPECT_CLOSE(flat[4].item<double>(), data.y.mean().item<double>(), atol(1e-8));
}

/// XᵀX/n = VΛVᵀ: along each v_j, ridge shrinks the least-squares coefficient by λ_j/(λ_j + λ). [ESL eq. 3.47]
TEST(FitRidge, ShrinksEachPrincipalDirection) {
  const auto spectral = with_spectrum(60, torch::tensor({9.0, 2.0, 0.5, 0.01}, torch::kFloat64), "shrinkage");
  const auto w = normal({4}, "shrunk coefficients");
  const double lambda = 0.5;
  const auto shrinkage = spectral.eigenvalues / (spectral.eigenvalues + lambda);
  const auto expected = spectral.V.matmul(shrinkage * spectral.V.t().matmul(w));
  const auto fitted = fit_ridge(spectral.X + 3, spectral.X.matmul(w) + 7, lambda);
  EXPECT_CLOSE(fitted.slice(0, 0, 4), expected, atol(1e-11));
}

/// With more features than points the dual form is the smaller system: w = Xᵀ(XXᵀ + λn)⁻¹y of the centred
/// data.
TEST(FitRidge, WorksWithMoreFeaturesThanPoints) {
  const auto data = sparse_data(8, 20, "wide ridge");
  const auto X = data.X - data.X.mean(0);
  const auto gram = X.matmul(X.t()) + 0.1 * 8 * torch::eye(8, torch::kFloat64);
  const auto expected = X.t().matmul(torch::linalg_solve(gram, data.y - data.y.mean()));
  EXPECT_CLOSE(fit_ridge(data.X, data.y, 0.1).slice(0, 0, 20), expected, atol(1e-9));
}

/// Expected values from the normal equations of the file's decimals in exact rational arithmetic. λ has the
/// unit of a squared feature, so with raw features it weighs on median income (10 000 USD) far more than on
/// the population.
TEST(FitRidge, MatchesTheExactFitOfCaliforniaHousing) {
  const auto [X, y] = regression::houses::california();
  const auto least_squares = torch::tensor(
      {-42730.12045358269, -42509.73694182605, 1157.900307152009, -8.24972506914709, 113.82070712792044,
       -38.38557804964449, 47.70135133103437, 40297.52171480648, -3585395.7478925413},
      torch::kFloat64);
  const auto ridge = torch::tensor(
      {-9491.92395353319, -12001.90489203862, 1628.002085628041, 2.7720295428594772, -14.574544660706845,
       -46.13609594481478, 156.9272324530286, 32055.80623829534, -683235.351292586},
      torch::kFloat64);
  EXPECT_CLOSE(fit_ridge(X, y, 0.0), least_squares, rtol(1e-8));
  EXPECT_CLOSE(fit_ridge(X, y, 1.0), ridge, rtol(1e-8));
}

/// Central differences are exact for a quadratic, whatever their step.
TEST(GradientDescent, TheFirstStepIsDownTheGradient) {
  const auto A = normal({25, 4}, "descent");
  const auto y = normal({25}, "descent values"), w0 = normal({4}, "start");
  const auto loss = [&](const Tensor& w) { return (A.matmul(w) - y).square().sum().item<double>() / 50; };
  const auto gradient = central_differences(loss, w0, 1.0);
  EXPECT_CLOSE(gradient_descent(A, y, w0, 0.1, 1), torch::stack({w0, w0 - 0.1 * gradient}), atol(1e-11));
}

TEST(GradientDescent, ReturnsEveryIterate) {
  const auto A = normal({12, 3}, "path");
  const auto y = normal({12}, "path values"), w0 = normal({3}, "path start");
  const auto path = gradient_descent(A, y, w0, 0.05, 7);
  ASSERT_EQ(path.sizes(), at::IntArrayRef({8, 3}));
  EXPECT_CLOSE(path[7], path[6] - 0.05 * A.t().matmul(A.matmul(path[6]) - y) / 12, atol(1e-13));
  EXPECT_CLOSE(gradient_descent(A, y, w0, 0.05, 4), path.slice(0, 0, 5), atol(1e-14));
  EXPECT_CLOSE(gradient_descent(A, y, path[4], 0.05, 3), path.slice(0, 4), atol(1e-13));
  EXPECT_CLOSE(gradient_descent(A, y, w0, 0.05, 0), w0.unsqueeze(0), atol(0.0));
}

/// From w* + v_min + v_max, the step 2/(λ_min + λ_max) multiplies the two errors by ±(κ-1)/(κ+1) each time,
/// exactly.
TEST(GradientDescent, ContractsAtTheRateOfTheConditionNumber) {
  const double kappa = 50;
  const auto spectral = with_spectrum(40, torch::tensor({kappa, 7.0, 3.0, 1.0}, torch::kFloat64), "rate");
  const auto best = normal({4}, "minimum");
  const auto fast = spectral.V.select(1, 0), slow = spectral.V.select(1, 3);
  const auto path =
      gradient_descent(spectral.X, spectral.X.matmul(best), best + slow + fast, 2 / (1 + kappa), 60);
  ASSERT_EQ(path.sizes(), at::IntArrayRef({61, 4}));
  const double rate = (kappa - 1) / (kappa + 1);
  for (const int t : {1, 2, 15, 60}) {
    const auto error = std::pow(rate, t) * (slow + std::pow(-1, t) * fast);
    EXPECT_CLOSE(path[t] - best, error, atol(1e-11)) << "after " << t << " steps";
  }
}

TEST(OptimalStep, BalancesTheExtremeEigenvalues) {
  const auto inner = uniform({3}, 1, 5, "spectrum");
  const double smallest = number(0.1, 0.5, "smallest"), largest = number(8, 20, "largest");
  const auto spectral = with_spectrum(30, torch::cat({vector({smallest, largest}), inner}), "step");
  EXPECT_CLOSE(optimal_step(spectral.X), 2 / (smallest + largest), rtol(1e-11));
}

TEST(SoftThreshold, ShrinksTowardsZeroAndStopsThere) {
  const auto z = torch::tensor({-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.5}, torch::kFloat64);
  const auto expected = torch::tensor({-2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.5}, torch::kFloat64);
  EXPECT_CLOSE(soft_threshold(z, 1.0), expected, atol(0.0));
  const auto random = 3 * normal({50}, "threshold");
  EXPECT_CLOSE(soft_threshold(random, 0.7) + random.clamp(-0.7, 0.7), random, atol(1e-15));
}

TEST(LassoViolation, MeasuresEachCondition) {
  const auto X = torch::tensor({0., 1., 2., 3.}, torch::kFloat64).unsqueeze(1);
  const auto y = torch::tensor({1., 3., 2., 6.}, torch::kFloat64);
  const auto at = [&](double w, double b) { return torch::tensor({w, b}, torch::kFloat64); };
  EXPECT_CLOSE(lasso_violation(X, y, at(0, 3), 0.5), 1.25,
               atol(1e-13));                                             // g = 7/4: not flat enough for w = 0
  EXPECT_CLOSE(lasso_violation(X, y, at(0, 3), 2.0), 0.0, atol(1e-13));  // g = 7/4 ≤ λ: the minimum
  EXPECT_CLOSE(lasso_violation(X, y, at(1, 1.5), 0.0), 0.5, atol(1e-13));   // g = 1/2, mean r = 0
  EXPECT_CLOSE(lasso_violation(X, y, at(1, 1.5), 0.5), 0.0, atol(1e-13));   // g = λ sign(w)
  EXPECT_CLOSE(lasso_violation(X, y, at(-1, 4.5), 0.5), 3.5, atol(1e-13));  // g = 3, but -λ was wanted
  EXPECT_CLOSE(lasso_violation(X, y, at(2, 0), 0.5), 1.25, atol(1e-13));    // g = -3/4, but λ was wanted
  EXPECT_CLOSE(lasso_violation(X, y, at(0, 0), 6.0), 3.0, atol(1e-13));     // the intercept: mean r = 3
  EXPECT_CLOSE(lasso_violation(X, y, at(0, 7), 9.0), 4.0, atol(1e-13));     // and mean r = -4
}

/// Orthonormal features (XᵀX = n): the lasso is the soft-thresholded least-squares solution. [ESL table 3.4]
TEST(FitLasso, ThresholdsWhereTheFeaturesAreOrthonormal) {
  const auto X = std::sqrt(50) * centred_orthonormal(50, 5, "orthonormal");
  const auto w = 2 * normal({5}, "orthonormal weights");
  const auto expected =
      torch::cat({w.sign() * (w.abs() - 0.8).clamp_min(0), torch::full({1}, 2.0, torch::kFloat64)});
  EXPECT_CLOSE(fit_lasso(X, X.matmul(w) + 2, 0.8, 1e-11), expected, atol(1e-10));
}

TEST(FitLasso, MeetsTheKktConditions) {
  const auto data = sparse_data(60, 8, "lasso");
  for (const double fraction : {0.5, 0.1, 0.01}) {
    const double lambda = fraction * lambda_max(data);
    const auto w = fit_lasso(data.X, data.y, lambda, 1e-9);
    ASSERT_EQ(w.sizes(), at::IntArrayRef({9}));
    EXPECT_LT(kkt_violation(data, w, lambda), 1e-8) << "at lambda = " << fraction << " of the largest";
  }
}

/// Features in other units, and two that are so alike that a sweep shrinks the error by 3 % alone: the
/// promise is about the violation, not about how little the weights still move.
TEST(FitLasso, StopsWhereTheViolationIsWithinTheTolerance) {
  const auto data = sparse_data(60, 5, "tolerance");
  const Data large{100 * data.X, data.y};
  const double lambda = 0.1 * lambda_max(large);
  EXPECT_LE(kkt_violation(large, fit_lasso(large.X, large.y, lambda, 1e-6), lambda), 1.001e-6);
  const auto alike = with_correlation(0.97, "alike");
  EXPECT_LE(kkt_violation(alike, fit_lasso(alike.X, alike.y, 0.01, 1e-12), 0.01), 1.1e-12);
}

TEST(FitLasso, NoWeightIsLeftAboveTheLargestLambda) {
  const auto data = sparse_data(40, 6, "lambda max");
  const auto none = fit_lasso(data.X, data.y, 1.0001 * lambda_max(data), 1e-9);
  const auto mean = torch::full({1}, data.y.mean().item<double>(), torch::kFloat64);
  EXPECT_CLOSE(none.slice(0, 0, 6), torch::zeros({6}, torch::kFloat64), atol(0.0));
  EXPECT_CLOSE(none.slice(0, 6), mean, atol(1e-10));
  const auto some = fit_lasso(data.X, data.y, 0.99 * lambda_max(data), 1e-9);
  EXPECT_GT(some.slice(0, 0, 6).abs().max().item<double>(), 0);
}

/// The first feature on the lasso's path is the one most correlated with the price: of all block groups
/// median income, the last column, at 0.69 (the next: 0.15), so the same of 2000 drawn ones.
TEST(FitLasso, RanksTheFeaturesOfCaliforniaHousing) {
  const auto all = regression::houses::california();
  const auto drawn = uniform({all.y.size(0)}, 0, 1, "block groups").argsort().slice(0, 0, 2000);
  const auto X = all.X.index({drawn}), y = all.y.index({drawn});
  const Data data{(X - X.mean(0)) / X.std(0, /*unbiased=*/false), (y - y.mean()) / y.std(/*unbiased=*/false)};
  const double largest = lambda_max(data);
  const auto first = fit_lasso(data.X, data.y, 0.9 * largest, 1e-10).slice(0, 0, 8);
  EXPECT_EQ(first.nonzero().view(-1).numel(), 1);
  EXPECT_GT(first[7].item<double>(), 0);
  EXPECT_LT(kkt_violation(data, fit_lasso(data.X, data.y, 0.05 * largest, 1e-7), 0.05 * largest), 1e-6);
}

TEST(LocallyLinear, ReproducesAStraightLine) {
  const auto x = uniform({25}, -1, 1, "line");
  const auto queries = torch::linspace(-1, 1, 9, torch::kFloat64);
  for (const double bandwidth : {0.4, 1.0, 10.0}) {
    EXPECT_CLOSE(locally_linear(x, 3 - 2 * x, queries, bandwidth), 3 - 2 * queries, atol(1e-9));
  }
}

TEST(LocallyLinear, MinimisesTheWeightedSquares) {
  const auto x = uniform({40}, 0, 3, "local"), y = torch::sin(2 * x) + 0.2 * normal({40}, "local noise");
  const auto queries = uniform({6}, 0, 3, "queries");
  auto expected = torch::empty({6}, torch::kFloat64);
  for (int64_t i = 0; i < 6; ++i) {
    const auto root = torch::exp(-((x - queries[i]) / 0.5).square() / 4);  // the square root of K
    const auto A = torch::stack({root, root * (x - queries[i])}, 1);
    expected[i] = std::get<0>(torch::linalg_lstsq(A, (root * y).unsqueeze(1)))[0][0];
  }
  EXPECT_CLOSE(locally_linear(x, y, queries, 0.5), expected, atol(1e-9));
}

/// For f = c + s x + x² on a dense grid the bias is h² inside and (π-4)/(π-2) h² at the edge: the slope drops
/// out, while Nadaraya–Watson is off by s h √(2/π) there. The grid's spacing of h/200 leaves 2e-6 of it.
TEST(LocallyLinear, HasNoFirstOrderBiasAtTheEdge) {
  const double h = 0.05, pi = std::acos(-1.0);
  const auto x = (torch::arange(4000, torch::kFloat64) + 0.5) / 4000;
  const double slope = uniform({1}, 1, 3, "slope").item<double>();
  const auto queries = torch::tensor({0.0, 0.5}, torch::kFloat64);
  const auto bias =
      locally_linear(x, 1 + slope * x + x.square(), queries, h) - (1 + slope * queries + queries.square());
  EXPECT_CLOSE(bias / (h * h), torch::tensor({(pi - 4) / (pi - 2), 1.0}, torch::kFloat64), rtol(1e-4));
}

/// Real features, eight of them and a column of ones: κ = 260. Each error along an eigenvector of the Hessian
/// shrinks by 1 - ηλ a step, whatever the data are; what that means for houses that were not fitted follows.
TEST(Houses, AreLearntByDescent) {
  using namespace regression::houses;
  const auto [train, held_out] = standardised(split(california(), check_seed()));
  const auto n = static_cast<double>(train.y.size(0));
  const auto [spectrum, V] = torch::linalg_eigh(train.X.t().matmul(train.X) / n);
  const auto best = V.matmul(V.t().matmul(train.X.t().matmul(train.y) / n) / spectrum);
  const double step = (2 / (spectrum[0] + spectrum[-1])).item<double>();
  const auto path = gradient_descent(train.X, train.y, torch::zeros_like(best), step, 100);
  for (const int t : {1, 10, 100}) {
    const auto w = best - V.matmul((1 - step * spectrum).pow(t) * V.t().matmul(best));
    EXPECT_CLOSE(held_out.X.matmul(path[t]), held_out.X.matmul(w), atol(1e-3)) << "after " << t << " steps";
  }
}

}  // namespace
