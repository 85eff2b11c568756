// The checks that students see. Every input is drawn from the check's seed, so only an algorithm passes, not
// a table.
#include <cmath>

#include "calls.h"
#include "melbourne.h"
#include "problems.h"

namespace {

using namespace spinlab;
using namespace kernels::problems;

TEST(CircleFeatures, InnerProductsAreSquares) {
  const auto X = normal({6, 2}, "circles"), Z = normal({4, 2}, "other circles");
  EXPECT_CLOSE(circle_features(X).matmul(circle_features(Z).t()), X.matmul(Z.t()).square(), atol(1e-12));
}

/// a x² + b xy + c y² = φ · (a, b/√2, c): every ellipse about the origin is the cut of a plane.
TEST(CircleFeatures, EllipsesBecomePlanes) {
  const auto X = normal({9, 2}, "ellipses"), x = X.select(1, 0), y = X.select(1, 1);
  const auto normals = vector({number(1, 2, "a"), number(-1, 1, "b") / std::sqrt(2), number(3, 4, "c")});
  const auto form = normals[0] * x * x + normals[1] * std::sqrt(2) * x * y + normals[2] * y * y;
  EXPECT_CLOSE(circle_features(X).matmul(normals), form, atol(1e-12));
}

TEST(PolynomialKernel, IsThePowerOfTheInnerProduct) {
  const auto X = normal({5, 3}, "polynomial"), Z = normal({7, 3}, "other polynomial");
  EXPECT_CLOSE(polynomial_kernel(X, Z, 3, 0.7), polynomial(X, Z, 3, 0.7), rtol(1e-11) + atol(1e-12));
}

/// (s + c)³ = s³ + 3cs² + 3c²s + c³: a sum of kernels with weights above 0 is a kernel.
TEST(PolynomialKernel, ExpandsByTheBinomialTheorem) {
  const auto X = normal({4, 2}, "binomial"), Z = normal({6, 2}, "other binomial");
  const double c = number(0.5, 2, "offset");
  const auto sum = polynomial_kernel(X, Z, 3, 0) + 3 * c * polynomial_kernel(X, Z, 2, 0) +
                   3 * c * c * polynomial_kernel(X, Z, 1, 0) + c * c * c;
  EXPECT_CLOSE(polynomial_kernel(X, Z, 3, c), sum, rtol(1e-11) + atol(1e-11));
}

TEST(SquaredDistances, SumTheSquaresOfTheDifferences) {
  const auto X = normal({6, 3}, "distances"), Z = normal({4, 3}, "other distances");
  EXPECT_CLOSE(squared_distances(X, Z), distances2(X, Z), rtol(1e-12));
}

/// A million away from the origin ‖x‖² + ‖z‖² − 2x·z is a difference of numbers of 10¹²: it ends at 10⁻⁴.
TEST(SquaredDistances, KeepTheirDigitsFarFromTheOrigin) {
  const auto X = 1e6 + normal({30, 2}, "far"), Z = 1e6 + normal({35, 2}, "other far");
  EXPECT_CLOSE(squared_distances(X, Z), distances2(X, Z), rtol(1e-12));
}

TEST(GaussianKernel, IsTheExponentialOfTheSquaredDistance) {
  const auto X = normal({5, 3}, "gaussian"), Z = normal({8, 3}, "other gaussian");
  for (const double width : {0.8, 2.5}) {
    EXPECT_CLOSE(gaussian_kernel(X, Z, width), gaussian(X, Z, width), rtol(1e-11)) << "width " << width;
  }
}

/// e^{−1/2} at one width, ½ at √(2 ln 2) widths, whatever the unit.
TEST(GaussianKernel, FallsOverItsWidth) {
  const double width = number(2, 5, "width");
  const auto distances = width * vector({0, 1, std::sqrt(2 * std::log(2)), 2}).unsqueeze(1);
  const auto values = gaussian_kernel(zeros({1, 1}), distances, width).squeeze(0);
  EXPECT_CLOSE(values, vector({1, std::exp(-0.5), 0.5, std::exp(-2)}), rtol(1e-12));
}

TEST(MonomialFeatures, InnerProductsAreThePolynomialKernel) {
  const auto X = normal({6, 3}, "monomials"), Z = normal({5, 3}, "other monomials");
  const auto features = monomial_features(X, 4, 0.6), others = monomial_features(Z, 4, 0.6);
  ASSERT_EQ(features.size(1), 35);  // 7 choose 4
  EXPECT_CLOSE(features.matmul(others.t()), polynomial(X, Z, 4, 0.6), rtol(1e-11) + atol(1e-11));
}

TEST(MonomialFeatures, ColumnsAreInTheirOrder) {
  const auto X = normal({7, 2}, "order"), x = X.select(1, 0), y = X.select(1, 1);
  const double c = number(0.5, 2, "offset"), s = std::sqrt(2 * c), r = std::sqrt(2);
  const auto expected = torch::stack({c * torch::ones_like(x), s * x, s * y, x * x, r * x * y, y * y}, 1);
  const auto features = monomial_features(X, 2, c);
  ASSERT_EQ(features.sizes(), expected.sizes());
  EXPECT_CLOSE(features, expected, rtol(1e-12));
  const auto W = normal({4, 3}, "three"), a = W.select(1, 0), b = W.select(1, 1), d = W.select(1, 2);
  const auto squares = torch::stack({a * a, r * a * b, r * a * d, b * b, r * b * d, d * d}, 1);
  EXPECT_CLOSE(monomial_features(W, 2, c).slice(1, 4), squares, rtol(1e-12));
}

/// A noisy sinusoid as in PRML, 12 points; the reference fits Legendre polynomials, which are well
/// conditioned.
TEST(PolynomialErrors, AreThoseOfLeastSquares) {
  const auto x = 0.95 * torch::linspace(-1, 1, 12, torch::kFloat64) + uniform({12}, -0.05, 0.05, "places");
  const auto y = torch::sin(3 * x) + 0.3 * normal({12}, "noise");
  const auto x_new = uniform({30}, -1, 1, "new"),
             y_new = torch::sin(3 * x_new) + 0.3 * normal({30}, "new noise");
  const auto legendre = [](const Tensor& at) {
    std::vector<Tensor> P{torch::ones_like(at), at};
    for (int k = 1; k < 8; ++k) P.push_back(((2 * k + 1) * at * P[k] - k * P[k - 1]) / (k + 1));
    return torch::stack(P, 1);
  };
  auto expected = torch::empty({9, 2}, torch::kFloat64);
  for (int64_t p = 0; p <= 8; ++p) {
    const auto A = legendre(x).slice(1, 0, p + 1);
    const auto w = std::get<0>(torch::linalg_lstsq(A, y.unsqueeze(1))).squeeze(1);
    expected[p][0] = (A.matmul(w) - y).square().mean();
    expected[p][1] = (legendre(x_new).slice(1, 0, p + 1).matmul(w) - y_new).square().mean();
  }
  EXPECT_CLOSE(polynomial_errors(x, y, x_new, y_new, 8), expected, rtol(1e-6));
}

/// Each degree contains the one before; with as many coefficients as points the curve meets them all, and
/// tells nothing of the others.
TEST(PolynomialErrors, OfTrainingFallToZero) {
  const auto x = torch::linspace(-1, 1, 9, torch::kFloat64), y = normal({9}, "pure noise");
  const auto x_new = uniform({200}, -1, 1, "elsewhere"), y_new = normal({200}, "noise elsewhere");
  const auto errors = polynomial_errors(x, y, x_new, y_new, 8);
  const auto train = errors.select(1, 0);
  EXPECT_CLOSE(train[0].item<double>(), y.var(/*unbiased=*/false).item<double>(), rtol(1e-11));
  EXPECT_CLOSE(errors[0][1].item<double>(), (y_new - y.mean()).square().mean().item<double>(), rtol(1e-11));
  EXPECT_TRUE((train.slice(0, 1) <= train.slice(0, 0, 8) + 1e-10).all().item<bool>());
  EXPECT_LT(train[8].item<double>(), 1e-10);
  EXPECT_GT(errors[8][1].item<double>(), 0.5);
}

/// exp(−|x − z|³) looks like a kernel; on 0, ½, 1 its matrix has the eigenvalue −0.0776.
TEST(LeastEigenvalue, TellsKernelsFromOthers) {
  const auto three = vector({0, 0.5, 1}).unsqueeze(1), r = distances2(three, three).sqrt();
  EXPECT_CLOSE(least_eigenvalue((-r.pow(3)).exp()), -0.07758134025787937, atol(1e-12));
  EXPECT_CLOSE(least_eigenvalue(gaussian(three, three, 1)), 0.018908904857527713, atol(1e-12));
  const auto tent = (1 - r).clamp_min(0);  // the tent is a kernel, a box is not
  EXPECT_CLOSE(least_eigenvalue(tent), 1 - std::sqrt(0.5), atol(1e-12));
  EXPECT_CLOSE(least_eigenvalue(r.le(0.75).to(torch::kFloat64)), 1 - std::sqrt(2), atol(1e-12));
}

TEST(LeastEigenvalue, IsTheLowestNotTheSmallest) {
  const double lowest = number(-3, -2, "lowest");
  const auto K = symmetric(torch::cat({vector({lowest, -0.01, 7}), uniform({4}, 1, 5, "others")}), "least");
  EXPECT_CLOSE(least_eigenvalue(K), lowest, atol(1e-12));
}

TEST(NearestGram, CutsOffNegativeEigenvalues) {
  const auto spectrum = vector({-2, -0.3, 0.2, 1, 4});
  EXPECT_CLOSE(nearest_gram(symmetric(spectrum, "cut")), symmetric(spectrum.clamp_min(0), "cut"),
               atol(1e-12));
}

/// Gram matrices form a convex cone: G is its point nearest to K where (K − G)·G = 0 and (K − G)·Q ≤ 0 for
/// each other Gram matrix Q.
TEST(NearestGram, NoGramMatrixIsNearer) {
  const auto K = symmetric(normal({6}, "spectrum") - 0.2, "cone");
  const auto G = nearest_gram(K), rest = K - G;
  EXPECT_CLOSE((rest * G).sum().item<double>(), 0.0, atol(1e-11));
  for (int i = 0; i < 20; ++i) {
    const auto v = normal({6}, "direction " + std::to_string(i));
    EXPECT_LE(v.dot(rest.matmul(v)).item<double>(), 1e-11);
    EXPECT_GE(v.dot(G.matmul(v)).item<double>(), -1e-11);
  }
  const auto gram = symmetric(vector({0, 0.5, 1, 2, 3, 3}), "already");
  EXPECT_CLOSE(nearest_gram(gram), gram, atol(1e-12));
}

/// The reproducing property: ⟨f, k(z, ·)⟩ = f(z).
TEST(InnerProduct, WithTheKernelIsTheValue) {
  const auto X = normal({7, 2}, "centres"), alpha = normal({7}, "coefficients"), z = normal({1, 2}, "place");
  const auto column = gaussian(X, z, 0.9);
  const double value = (alpha * column.squeeze(1)).sum().item<double>();
  EXPECT_CLOSE(inner_product(alpha, column, vector({1})), value, atol(1e-12));
  EXPECT_CLOSE(inner_product(vector({-2}), column.t(), alpha), -2 * value, atol(1e-12));
}

/// With k(x, z) = x·z the function is f(x) = w·x, w = Σ α_i x_i, and ⟨f, g⟩ = w·v.
TEST(InnerProduct, OfLinearFunctionsIsThatOfTheirWeights) {
  const auto X = normal({5, 3}, "linear"), Z = normal({8, 3}, "other linear");
  const auto alpha = normal({5}, "alpha"), beta = normal({8}, "beta");
  const double expected = X.t().matmul(alpha).dot(Z.t().matmul(beta)).item<double>();
  EXPECT_CLOSE(inner_product(alpha, X.matmul(Z.t()), beta), expected, atol(1e-11));
}

TEST(RkhsNorm, OfALinearFunctionIsTheLengthOfItsWeights) {
  const auto X = normal({6, 4}, "norm"), alpha = normal({6}, "norm coefficients");
  EXPECT_CLOSE(rkhs_norm(alpha, X.matmul(X.t())), X.t().matmul(alpha).norm().item<double>(), rtol(1e-11));
}

/// |f(x)| = |⟨f, k(x, ·)⟩| ≤ ‖f‖ √k(x, x), and f = k(x, ·) attains it.
TEST(RkhsNorm, BoundsTheFunction) {
  const auto X = normal({5, 2}, "bounded"), alpha = normal({5}, "bounded coefficients");
  const double norm = rkhs_norm(alpha, polynomial(X, X, 3, 1));
  const auto queries = normal({50, 2}, "bounded queries");
  const auto f = polynomial(queries, X, 3, 1).matmul(alpha);
  const auto root = (queries.square().sum(1) + 1).pow(1.5);
  EXPECT_TRUE((f.abs() <= norm * root * (1 + 1e-12)).all().item<bool>());
  const auto x = queries.slice(0, 0, 1);
  EXPECT_CLOSE(rkhs_norm(vector({-3}), polynomial(x, x, 3, 1)), 3 * root[0].item<double>(), rtol(1e-12));
}

/// What is left of f is orthogonal to every k(z_j, ·), that is, zero at every z_j; and squared norms add.
TEST(Project, KeepsTheValuesAndTheRestIsOrthogonal) {
  const auto X = spread(9, "from"), Z = spread(5, "onto") + 0.7, alpha = normal({9}, "projected");
  const auto K = gaussian(Z, Z, 0.5), cross = gaussian(Z, X, 0.5);
  const auto beta = project(K, cross, alpha);
  EXPECT_CLOSE(K.matmul(beta), cross.matmul(alpha), atol(1e-12));
  const auto all = torch::cat({X, Z}), rest = torch::cat({alpha, -beta});
  const auto square = [](const Tensor& a, const Tensor& gram) {
    return a.dot(gram.matmul(a)).item<double>();
  };
  EXPECT_CLOSE(square(beta, K) + square(rest, gaussian(all, all, 0.5)), square(alpha, gaussian(X, X, 0.5)),
               atol(1e-11));
}

TEST(FitKernelRidge, SolvesItsEquations) {
  const auto X = normal({20, 2}, "ridge"), y = normal({20}, "ridge values");
  const auto K = gaussian(X, X, 1.1);
  const double lambda = number(0.01, 0.1, "penalty");
  const auto alpha = fit_kernel_ridge(K, y, lambda);
  EXPECT_CLOSE(K.matmul(alpha) + lambda * 20 * alpha, y, atol(1e-11));
}

/// Without a penalty f meets the data. Anything that vanishes at the points may be added, and adds its norm.
TEST(FitKernelRidge, WithoutAPenaltyItIsTheInterpolantOfLeastNorm) {
  const auto X = spread(8, "met"), y = normal({8}, "met values"), K = gaussian(X, X, 0.5);
  const auto alpha = fit_kernel_ridge(K, y, 0.0);
  EXPECT_CLOSE(K.matmul(alpha), y, atol(1e-11));
  const auto all = torch::cat({X, X + 0.25}), gram = gaussian(all, all, 0.5);
  const auto extra = normal({8}, "added");
  const auto moved = solve(K, y - gaussian(X, X + 0.25, 0.5).matmul(extra));
  const auto other = torch::cat({moved, extra});  // the same values at X
  EXPECT_GT(other.dot(gram.matmul(other)).item<double>(), alpha.dot(K.matmul(alpha)).item<double>());
}

TEST(FitFeatureRidge, TheGradientVanishes) {
  for (const int64_t n : {30, 7}) {
    const auto features = normal({n, 12}, "features"), y = normal({n}, "feature values");
    const auto w = fit_feature_ridge(features, y, 0.2);
    EXPECT_CLOSE(features.t().matmul(y - features.matmul(w)), 0.2 * static_cast<double>(n) * w, atol(1e-11))
        << n;
  }
}

/// w = Φᵀα: the two fits are one function.
TEST(FitFeatureRidge, PrimalEqualsDual) {
  const auto features = normal({9, 25}, "primal"), y = normal({9}, "primal values");
  const auto w = fit_feature_ridge(features, y, 0.05);
  const auto alpha = fit_kernel_ridge(features.matmul(features.t()), y, 0.05);
  EXPECT_CLOSE(w, features.t().matmul(alpha), atol(1e-11));
  EXPECT_GT(w.norm().item<double>(), 0.05);
}

TEST(CentreGram, IsThatOfCentredFeatures) {
  const auto X = 3 + normal({8, 3}, "centred"), Z = 5 + 2 * normal({5, 3}, "new");
  const auto mean = X.mean(0);
  EXPECT_CLOSE(centre_gram(X.matmul(X.t()), X.matmul(X.t())), (X - mean).matmul((X - mean).t()), atol(1e-11));
  EXPECT_CLOSE(centre_gram(X.matmul(X.t()), Z.matmul(X.t())), (Z - mean).matmul((X - mean).t()), atol(1e-11));
}

/// Ridge on the centred kernel with ȳ added is ridge with an intercept b that is not penalised:
/// (K + λn)α + b = y, Σα = 0.
TEST(CentreGram, GivesRidgeAnIntercept) {
  const int64_t n = 12;
  const auto X = normal({n, 2}, "with intercept"), Z = normal({5, 2}, "new with intercept");
  const auto y = 40 + normal({n}, "values with intercept");
  const auto K = gaussian(X, X, 1), cross = gaussian(Z, X, 1);
  auto bordered = torch::ones({n + 1, n + 1}, torch::kFloat64);
  bordered.slice(0, 0, n).slice(1, 0, n).copy_(K + 0.1 * n * eye(n));
  bordered[n][n] = 0;
  const auto both = solve(bordered, torch::cat({y, vector({0})}));
  const auto expected = cross.matmul(both.slice(0, 0, n)) + both[n];
  const auto alpha = ridge(centre_gram(K, K), y - y.mean(), 0.1);
  EXPECT_CLOSE(centre_gram(K, cross).matmul(alpha) + y.mean(), expected, atol(1e-10));
}

TEST(EffectiveDegreesOfFreedom, IsTheTraceOfTheHatMatrix) {
  const auto s = uniform({7}, 0.1, 20, "spectrum");
  const auto K = symmetric(s, "freedom");
  const double lambda = number(0.1, 0.5, "penalty");
  const auto hat = K.matmul(torch::linalg_inv(K + 7 * lambda * eye(7)));
  EXPECT_CLOSE(effective_degrees_of_freedom(K, lambda), hat.trace().item<double>(), rtol(1e-11));
}

/// From the number of parameters that the data can tell apart down to none.
TEST(EffectiveDegreesOfFreedom, FallFromTheRankToZero) {
  const auto X = normal({15, 4}, "rank"), K = X.matmul(X.t());
  EXPECT_CLOSE(effective_degrees_of_freedom(K, 1e-9), 4.0, atol(1e-6));
  const double expected = K.trace().item<double>() / (15 * 1e8);
  EXPECT_CLOSE(effective_degrees_of_freedom(K, 1e8), expected, rtol(1e-5));
}

TEST(LeaveOneOutErrors, AreThoseOfNFits) {
  const int64_t n = 14;
  const auto X = normal({n, 2}, "left out"), y = normal({n}, "left out values"), K = gaussian(X, X, 1);
  const double lambda = number(0.01, 0.1, "penalty");
  auto expected = torch::empty({n}, torch::kFloat64);
  for (int64_t i = 0; i < n; ++i) {
    const auto kept = torch::arange(n).ne(i).nonzero().view(-1);
    const auto gram = K.index_select(0, kept).index_select(1, kept) + lambda * n * eye(n - 1);
    expected[i] = y[i] - K[i].index_select(0, kept).dot(solve(gram, y.index_select(0, kept)));
  }
  EXPECT_CLOSE(leave_one_out_errors(K, y, lambda), expected, rtol(1e-9) + atol(1e-10));
}

/// k = 1 fits a constant: the sum of the n − 1 others over n − 1 + λn.
TEST(LeaveOneOutErrors, OfAConstantFollowFromTheMean) {
  const auto y = 3 + normal({10}, "constant");
  const double lambda = number(0.2, 0.7, "penalty of the constant");
  const auto expected = y - (y.sum() - y) / (9 + 10 * lambda);
  EXPECT_CLOSE(leave_one_out_errors(torch::ones({10, 10}, torch::kFloat64), y, lambda), expected,
               atol(1e-11));
}

/// 60,000 numbers of width 1 after scaling: mean, second and fourth moment with standard errors √(1/N),
/// √(2/N) and √(96/N). Beyond 6 of them lies 2e-9 each (of the fourth moment, whose tail is longer, 1e-7).
TEST(FourierFrequencies, AreGaussianOfTheInverseWidth) {
  const double width = number(2, 4, "width"), n = 60000;
  const auto omega = width * fourier_frequencies(3, 20000, width, seed("frequencies"));
  EXPECT_CLOSE(omega.mean().item<double>(), 0.0, atol(6 / std::sqrt(n)));
  EXPECT_CLOSE(omega.square().mean().item<double>(), 1.0, atol(6 * std::sqrt(2 / n)));
  EXPECT_CLOSE(omega.pow(4).mean().item<double>(), 3.0, atol(6 * std::sqrt(96 / n)));
}

/// The mean of cos ω·δ over frequencies is k(δ); each has the variance (1 + k(2δ))/2 − k(δ)² < ½. Six
/// standard errors of 20,000: 2e-9 each.
TEST(FourierFrequencies, AverageToTheKernel) {
  const auto omega = fourier_frequencies(2, 20000, 1.5, seed("average"));
  const auto direction = normal({2}, "direction"), unit = direction / direction.norm();
  for (const double distance : {0.5, 1.5, 3.0}) {
    const double k = std::exp(-distance * distance / 4.5);
    EXPECT_CLOSE(omega.matmul(distance * unit).cos().mean().item<double>(), k,
                 atol(6 * std::sqrt(0.5 / 20000)))
        << "at distance " << distance;
  }
}

TEST(FourierFeatures, AreCosinesThenSines) {
  const auto X = normal({4, 3}, "phases"), omega = normal({5, 3}, "frequencies of phases");
  auto expected = torch::empty({4, 10}, torch::kFloat64);
  for (int64_t i = 0; i < 4; ++i) {
    for (int64_t p = 0; p < 5; ++p) {
      const double phase = X[i].dot(omega[p]).item<double>();
      expected[i][p] = std::cos(phase) / std::sqrt(5.0);
      expected[i][p + 5] = std::sin(phase) / std::sqrt(5.0);
    }
  }
  EXPECT_CLOSE(fourier_features(X, omega), expected, atol(1e-13));
}

/// cos a cos b + sin a sin b = cos(a − b): inner products depend on differences of points alone.
TEST(FourierFeatures, InnerProductsAreMeansOfCosines) {
  const auto X = normal({5, 2}, "points"), Z = normal({7, 2}, "other points"),
             omega = normal({40, 2}, "many");
  const auto differences = X.unsqueeze(1) - Z.unsqueeze(0);
  const auto expected = differences.matmul(omega.t()).cos().mean(2);
  EXPECT_CLOSE(fourier_features(X, omega).matmul(fourier_features(Z, omega).t()), expected, atol(1e-12));
}

TEST(ConsecutiveDays, AreNeighboursInTimeNotInTheFile) {
  const auto gaps = 1 + integers(200, 3, "gaps");
  const auto days = 4000 + gaps.cumsum(0);
  std::vector<int64_t> expected;
  for (int64_t i = 1; i < 200; ++i)
    if (days[i].item<int64_t>() == days[i - 1].item<int64_t>() + 1) expected.push_back(i);
  EXPECT_TRUE(consecutive_days(days).equal(torch::tensor(expected, torch::kLong)));
}

TEST(CalendarFeatures, AreHarmonicsOfTheYear) {
  const auto days = integers(40, 9000, "days");
  std::vector<Tensor> expected;
  for (int h = 1; h <= 3; ++h) {
    const auto phase = days.to(torch::kFloat64) * (2 * std::numbers::pi * h / 365.25);
    expected.insert(expected.end(), {phase.sin(), phase.cos()});
  }
  EXPECT_CLOSE(calendar_features(days, 3), torch::stack(expected, 1), atol(1e-10));
}

/// A made-up place where the best forecast is known: season plus ρ times yesterday's anomaly. Some 20
/// parameters of 2,000 days leave 2.4 √(20/2000) = 0.24 (0.20 ± 0.04 over 25 draws); persistence is off
/// by 1.2, the season by 1.8.
TEST(ForecastTemperatures, FindsSeasonAndMemory) {
  const Climate climate{number(5, 15, "mean"), 0.6};
  const auto days = torch::arange(6000, 8000), weather = climate.weather(6000, 2000, "weather");
  const auto asked = 8000 + integers(300, 700, "asked");
  const auto yesterdays = climate.season(asked - 1) + 3 * normal({300}, "yesterdays");
  const auto said = forecast_temperatures(days, weather, asked, yesterdays);
  EXPECT_LT(root_mean_square(said - climate.expected(asked, yesterdays)), 0.6);
}

/// Trained on 1981 to 1988, asked about 1989 and 1990. Persistence is off by 2.48 °C, the season by 2.55, the
/// season with a constant times yesterday's anomaly by 2.17.
TEST(ForecastTemperatures, BeatClimateAndPersistenceInMelbourne) {
  const auto data = kernels::melbourne::read();
  const auto forecast = [](const Tensor& days, const Tensor& temperatures, const Tensor& asked,
                           const Tensor& before) {
    return forecast_temperatures(days, temperatures, asked, before);
  };
  EXPECT_LT(kernels::melbourne::error_of(forecast, data, 0, 0), 2.15);
}

/// The mean of cos ωδ over frequencies, each in [−1, 1], by Hoeffding: 1e-9 a distance.
TEST(LaplaceFrequencies, AverageToTheKernelOnALine) {
  const auto omega = laplace_frequencies(1, 40000, 2, seed("line")).squeeze(1);
  for (const double distance : {0.2, 1.0, 2.0, 6.0}) {
    EXPECT_CLOSE((omega * distance).cos().mean().item<double>(), std::exp(-distance / 2),
                 atol(hoeffding(40000)))
        << "at distance " << distance;
  }
}

/// Euclidean: the same along the axes and between them, where independent components would give ‖δ‖₁.
TEST(LaplaceFrequencies, DependOnTheEuclideanDistance) {
  const auto omega = laplace_frequencies(3, 40000, 1, seed("space"));
  for (const auto& delta : {vector({1, 0, 0}), vector({0.6, -0.6, 0.6}), 0.5 * normal({3}, "oblique")}) {
    const double expected = std::exp(-delta.norm().item<double>());
    EXPECT_CLOSE(omega.matmul(delta).cos().mean().item<double>(), expected, atol(hoeffding(40000)));
  }
}

/// Width 1 under N(0, 1): λ_k = φ^{−(1+2k)}, φ the golden ratio, and they add up to the mean of k(x, x), 1.
TEST(MercerEigenvalues, OfTheGaussianKernelAreGolden) {
  const auto [x, weights] = gaussian_nodes();
  const auto eigenvalues = mercer_eigenvalues(gaussian(x, x, 1), weights);
  const double golden = (1 + std::sqrt(5)) / 2;
  const auto expected = torch::pow(golden, -(1 + 2 * torch::arange(12, torch::kFloat64)));
  EXPECT_CLOSE(eigenvalues.slice(0, 0, 12), expected, atol(1e-12));
  EXPECT_CLOSE(eigenvalues.sum().item<double>(), 1.0, atol(1e-12));
}

/// Orthonormal under the weights; and k = Σ_k λ_k φ_k φ_k, Mercer's theorem, with all of them.
TEST(MercerFunctions, AreOrthonormalAndMakeUpTheKernel) {
  const auto X = spread(10, "nodes"), weights = uniform({10}, 0.05, 0.2, "node weights"),
             K = gaussian(X, X, 0.5);
  const auto phi = mercer_functions(K, weights, K, 10);
  EXPECT_CLOSE((phi * weights.unsqueeze(1)).t().matmul(phi), eye(10), atol(1e-10));
  const auto eigenvalues = mercer_eigenvalues(K, weights);
  EXPECT_CLOSE((phi * eigenvalues).matmul(phi.t()), K, atol(1e-11));
}

}  // namespace
