// The hidden checks: the edges of each definition, extreme numbers, and refusals between right answers.
#include <cmath>

#include "calls.h"
#include "melbourne.h"
#include "problems.h"

namespace {

using namespace spinlab;
using namespace kernels::problems;

TEST(CircleFeatures, RefuseOtherThanPointsOfAPlane) {
  const auto X = vector({2, -3}).unsqueeze(0);
  between_right_answers(
      [&] { EXPECT_CLOSE(circle_features(X), vector({4, -6 * std::sqrt(2), 9}).unsqueeze(0), atol(1e-13)); },
      [&] {
        EXPECT_THROW(circle_features(normal({4, 3}, "space")), StudentError);
        EXPECT_THROW(circle_features(normal({2}, "a vector")), StudentError);
      });
}

/// Inner products below 0 keep their sign at odd degrees; degree 1 without offset is X Zᵀ.
TEST(PolynomialKernel, TheEdgesOfTheDefinition) {
  const auto X = normal({3, 2}, "edges"), Z = normal({1, 2}, "one point");
  EXPECT_CLOSE(polynomial_kernel(X, Z, 1, 0), X.matmul(Z.t()), atol(1e-13));
  EXPECT_CLOSE(polynomial_kernel(X, -X, 5, 0), -polynomial(X, X, 5, 0), rtol(1e-11) + atol(1e-12));
  const auto two = vector({2}).unsqueeze(0);
  EXPECT_CLOSE(polynomial_kernel(two, two, 30, 1), torch::full({1, 1}, std::pow(5.0, 30), torch::kFloat64),
               rtol(1e-12));
}

TEST(PolynomialKernel, RefusesWhatIsNoKernel) {
  const auto X = normal({3, 2}, "refused"), Z = normal({4, 2}, "refused too");
  between_right_answers(
      [&] { EXPECT_CLOSE(polynomial_kernel(X, Z, 2, 1), polynomial(X, Z, 2, 1), rtol(1e-11) + atol(1e-12)); },
      [&] {
        EXPECT_THROW(polynomial_kernel(X, Z, 0, 1), StudentError);
        EXPECT_THROW(polynomial_kernel(X, Z, 2, -0.5), StudentError);
        EXPECT_THROW(polynomial_kernel(X, normal({4, 3}, "space"), 2, 1), StudentError);
        EXPECT_THROW(polynomial_kernel(X, Z[0], 2, 1), StudentError);
      });
}

/// Centring the cloud does not save the digits of two points that lie much closer than it is wide.
TEST(SquaredDistances, OfNeighboursInAWideCloud) {
  const auto X = normal({40, 3}, "cloud"), Z = X.flip(0) + 1e-7 * normal({40, 3}, "neighbours");
  EXPECT_CLOSE(squared_distances(X, Z), distances2(X, Z), rtol(1e-12));
}

TEST(SquaredDistances, AreZeroForEqualPointsAndNeverNegative) {
  const auto X = 100 * normal({30, 5}, "equal");
  const auto twice = torch::cat({X, X});
  const auto r2 = squared_distances(X, twice);
  EXPECT_CLOSE(r2.slice(1, 0, 30).diagonal(), zeros({30}), atol(0.0));
  EXPECT_CLOSE(r2.slice(1, 30).diagonal(), zeros({30}), atol(0.0));
  EXPECT_GE(r2.min().item<double>(), 0.0);
  EXPECT_CLOSE(squared_distances(vector({1, 2, 3}).unsqueeze(0), vector({3, 2, -1}).unsqueeze(0)),
               torch::full({1, 1}, 20.0, torch::kFloat64), atol(1e-12));
}

TEST(SquaredDistances, RefusePointsOfOtherSpaces) {
  const auto X = normal({3, 2}, "plane");
  between_right_answers([&] { EXPECT_CLOSE(squared_distances(X, X + 1), distances2(X, X + 1), rtol(1e-12)); },
                        [&] {
                          EXPECT_THROW(squared_distances(X, normal({3, 3}, "space")), StudentError);
                          EXPECT_THROW(squared_distances(X, normal({3, 1}, "line")), StudentError);
                          EXPECT_THROW(squared_distances(X[0], X), StudentError);
                        });
}

/// Narrow: only equal points are alike, exactly. Wide: 1 − r²/2ℓ². Half a unit is no unit. And x, z and ℓ in
/// another unit are the same kernel.
TEST(GaussianKernel, WidthsOfAnySize) {
  const auto X = normal({6, 2}, "widths"), Z = normal({5, 2}, "other widths");
  EXPECT_CLOSE(gaussian_kernel(X, X, 1e-6), eye(6), atol(0.0));
  EXPECT_CLOSE(1e8 * (1 - gaussian_kernel(X, Z, 1e4)), distances2(X, Z) / 2, atol(1e-4));
  EXPECT_CLOSE(gaussian_kernel(X, Z, 0.5), gaussian(X, Z, 0.5), rtol(1e-10));
  EXPECT_CLOSE(gaussian_kernel(1e-3 * X, 1e-3 * Z, 0.7e-3), gaussian(X, Z, 0.7), rtol(1e-10));
  const auto far = 1e6 + X, neighbours = 1e6 + Z;
  EXPECT_CLOSE(gaussian_kernel(far, neighbours, 1), gaussian(far, neighbours, 1), rtol(1e-10));
}

TEST(GaussianKernel, RefusesNoWidth) {
  const auto X = normal({3, 2}, "no width");
  between_right_answers(
      [&] { EXPECT_CLOSE(gaussian_kernel(X, X + 1, 2), gaussian(X, X + 1, 2), rtol(1e-11)); },
      [&] {
        EXPECT_THROW(gaussian_kernel(X, X, 0), StudentError);
        EXPECT_THROW(gaussian_kernel(X, X, -1), StudentError);
        EXPECT_THROW(gaussian_kernel(X, normal({3, 3}, "space"), 1), StudentError);
      });
}

/// All exponents of d numbers up to p with |a| ≤ p, sorted as the header says.
std::vector<std::vector<int64_t>> sorted_exponents(int64_t d, int64_t p) {
  std::vector<std::vector<int64_t>> all;
  std::vector<int64_t> a(d, 0);
  const auto total = [](const std::vector<int64_t>& of) {
    int64_t sum = 0;
    for (const auto e : of) sum += e;
    return sum;
  };
  for (;;) {
    if (total(a) <= p) all.push_back(a);
    int64_t j = 0;
    while (j < d && a[j] == p) a[j++] = 0;
    if (j == d) break;
    ++a[j];
  }
  std::sort(all.begin(), all.end(), [&](const auto& left, const auto& right) {
    return total(left) != total(right) ? total(left) < total(right) : left > right;
  });
  return all;
}

/// Four coordinates at degree 3, one at degree 10: the weights are multinomial.
TEST(MonomialFeatures, OfManyCoordinatesAndOfOne) {
  for (const auto& [d, p] : {std::pair<int64_t, int64_t>{4, 3}, {1, 10}, {3, 5}}) {
    const auto X = uniform({3, d}, 0.5, 1.5, "many " + std::to_string(d));
    const double c = number(0.5, 2, "offset");
    std::vector<Tensor> columns;
    for (const auto& a : sorted_exponents(d, p)) {
      double log_weight = std::lgamma(p + 1);
      int64_t rest = p;
      auto column = torch::ones({3}, torch::kFloat64);
      for (int64_t j = 0; j < d; ++j) {
        log_weight -= std::lgamma(a[j] + 1);
        rest -= a[j];
        column = column * X.select(1, j).pow(a[j]);
      }
      log_weight += static_cast<double>(rest) * std::log(c) - std::lgamma(rest + 1);
      columns.push_back(std::exp(log_weight / 2) * column);
    }
    const auto expected = torch::stack(columns, 1), features = monomial_features(X, p, c);
    ASSERT_EQ(features.sizes(), expected.sizes());
    EXPECT_CLOSE(features, expected, rtol(1e-11)) << d << " coordinates, degree " << p;
  }
}

TEST(MonomialFeatures, WithoutOffsetOnlyTheHighestDegreeIsLeft) {
  const auto X = normal({5, 3}, "homogeneous");
  const auto features = monomial_features(X, 3, 0);
  ASSERT_EQ(features.size(1), 20);
  EXPECT_CLOSE(features.slice(1, 0, 10), zeros({5, 10}), atol(0.0));
  EXPECT_CLOSE(features.matmul(features.t()), polynomial(X, X, 3, 0), rtol(1e-11) + atol(1e-12));
  const auto one = torch::cat({vector({0}), vector({3})}).unsqueeze(1);
  EXPECT_CLOSE(monomial_features(one, 1, 4), vector({2, 0, 2, 3}).view({2, 2}), atol(1e-13));
}

TEST(MonomialFeatures, RefuseNoDegreeAndANegativeOffset) {
  const auto X = normal({3, 2}, "no monomials");
  between_right_answers(
      [&] {
        const auto features = monomial_features(X, 2, 1);
        EXPECT_CLOSE(features.matmul(features.t()), polynomial(X, X, 2, 1), rtol(1e-11) + atol(1e-12));
      },
      [&] {
        EXPECT_THROW(monomial_features(X, 0, 1), StudentError);
        EXPECT_THROW(monomial_features(X, 2, -1), StudentError);
        EXPECT_THROW(monomial_features(X[0], 2, 1), StudentError);
      });
}

/// A cubic is found at degree 3, and what comes after keeps it.
TEST(PolynomialErrors, VanishFromTheTrueDegreeOn) {
  const auto x = torch::linspace(-1, 1, 20, torch::kFloat64), x_new = uniform({15}, -1, 1, "cubic new");
  const double bend = number(1, 2, "bend");
  const auto cubic = [&](const Tensor& at) { return 1 - 2 * at + bend * at.pow(3); };
  const auto errors = polynomial_errors(x, cubic(x), x_new, cubic(x_new), 6);
  EXPECT_GT(errors.slice(0, 0, 3).min().item<double>(), 1e-3);
  EXPECT_CLOSE(errors.slice(0, 3), zeros({4, 2}), atol(1e-12));
}

/// The normal equations square the condition number, 4·10⁵ here, and end at 10⁻⁶; QR at 10⁻¹¹.
TEST(PolynomialErrors, KeepTheirDigitsAtDegree15) {
  const auto x =
      0.98 * torch::linspace(-1, 1, 24, torch::kFloat64) + uniform({24}, -0.02, 0.02, "many places");
  const auto y = torch::sin(3 * x) + 0.3 * normal({24}, "many values");
  const auto x_new = uniform({30}, -0.98, 0.98, "many new"), y_new = normal({30}, "many new values");
  std::vector<Tensor> P{torch::ones({54}, torch::kFloat64), torch::cat({x, x_new})};
  for (int k = 1; k < 15; ++k) P.push_back(((2 * k + 1) * P[1] * P[k] - k * P[k - 1]) / (k + 1));
  const auto legendre = torch::stack(P, 1), A = legendre.slice(0, 0, 24);
  const auto w = std::get<0>(torch::linalg_lstsq(A, y.unsqueeze(1))).squeeze(1);
  const auto train = (A.matmul(w) - y).square().mean(),
             fresh = (legendre.slice(0, 24).matmul(w) - y_new).square().mean();
  EXPECT_CLOSE(polynomial_errors(x, y, x_new, y_new, 15)[15], torch::stack({train, fresh}), rtol(1e-8));
}

/// A point and a constant, two points and a line: as many coefficients as points are allowed, one more is
/// not.
TEST(PolynomialErrors, RefuseMoreCoefficientsThanPoints) {
  const auto x = vector({-1, 1}), y = vector({1, 5}), one = vector({0.5});
  between_right_answers(
      [&] {
        const auto constant = polynomial_errors(vector({0.3}), vector({2}), x, vector({3, 5}), 0);
        EXPECT_CLOSE(constant, vector({0, 5}).unsqueeze(0), atol(1e-13));
        EXPECT_CLOSE(polynomial_errors(x, y, one, vector({1}), 1), vector({4, 4, 0, 9}).view({2, 2}),
                     atol(1e-12));
      },
      [&] {
        EXPECT_THROW(polynomial_errors(x, y, one, one, 2), StudentError);
        EXPECT_THROW(polynomial_errors(x, y, one, one, -1), StudentError);
        EXPECT_THROW(polynomial_errors(x, one, one, one, 0), StudentError);
        EXPECT_THROW(polynomial_errors(x, y, one, y, 0), StudentError);
        EXPECT_THROW(polynomial_errors(x, y, x, one, 0), StudentError);
        EXPECT_THROW(polynomial_errors(x, y, one, one.unsqueeze(1), 0), StudentError);
        EXPECT_THROW(polynomial_errors(x, y.unsqueeze(1), one, one, 0), StudentError);
      });
}

TEST(LeastEigenvalue, TheUnitDoesNotMatter) {
  const auto K = symmetric(vector({-0.5, 1, 2, 3}), "units") + 1e-14 * normal({4, 4}, "rounding");
  for (const double unit : {1e-9, 1e9}) {
    EXPECT_CLOSE(least_eigenvalue(unit * K) / unit, -0.5, atol(1e-11));
    EXPECT_CLOSE(nearest_gram(unit * K) / unit, symmetric(vector({0, 1, 2, 3}), "units"), atol(1e-11));
  }
  EXPECT_CLOSE(least_eigenvalue(torch::full({1, 1}, -2.0, torch::kFloat64)), -2.0, atol(1e-13));
}

TEST(LeastEigenvalue, AsymmetricMatricesAreRefused) {
  const auto K = symmetric(vector({-1, 1, 2}), "asymmetric");
  auto skew = K.clone();
  skew[0][2] += 1e-3;
  auto hardly = K.clone(), rounded = K.clone();
  hardly[0][2] += 1e-8 * K.abs().max().item<double>();
  rounded[0][2] += 1e-13 * K.abs().max().item<double>();
  between_right_answers(
      [&] {
        EXPECT_CLOSE(least_eigenvalue(K), -1.0, atol(1e-12));
        EXPECT_CLOSE(nearest_gram(K), symmetric(vector({0, 1, 2}), "asymmetric"), atol(1e-12));
        EXPECT_CLOSE(least_eigenvalue(rounded), -1.0, atol(1e-11));
        EXPECT_CLOSE(least_eigenvalue(zeros({2, 2})), 0.0, atol(0.0));
      },
      [&] {
        EXPECT_THROW(least_eigenvalue(skew), StudentError);
        EXPECT_THROW(least_eigenvalue(skew.t().contiguous()), StudentError);
        EXPECT_THROW(least_eigenvalue(hardly), StudentError);
        EXPECT_THROW(least_eigenvalue(K.slice(0, 0, 2)), StudentError);
        EXPECT_THROW(nearest_gram(skew), StudentError);
        EXPECT_THROW(nearest_gram(K.slice(0, 0, 2)), StudentError);
      });
}

TEST(InnerProduct, RefusesShapesThatDoNotFit) {
  const auto K = normal({2, 3}, "shapes"), alpha = vector({1, -2}), beta = vector({3, 0, 1});
  const double expected = alpha.matmul(K).dot(beta).item<double>();
  between_right_answers([&] { EXPECT_CLOSE(inner_product(alpha, K, beta), expected, atol(1e-12)); },
                        [&] {
                          EXPECT_THROW(inner_product(beta, K, alpha), StudentError);
                          EXPECT_THROW(inner_product(alpha.unsqueeze(1), K, beta), StudentError);
                          EXPECT_THROW(inner_product(alpha, K, beta.unsqueeze(1)), StudentError);
                        });
}

/// Coefficients that cancel: f = 0, and rounding may leave αᵀKα on either side of 0.
TEST(RkhsNorm, IsZeroForWhatCancels) {
  for (int i = 0; i < 30; ++i) {
    const auto purpose = "cancels " + std::to_string(i);
    const auto X = normal({6, 2}, purpose), V = std::get<2>(torch::linalg_svd(X.t(), /*full_matrices=*/true));
    const auto alpha = V[2 + i % 4].contiguous();  // Σ α_i x_i = 0
    const double norm = rkhs_norm(alpha, X.matmul(X.t()));
    EXPECT_GE(norm, 0.0);
    EXPECT_LT(norm, 1e-6);
  }
  // αᵀKα = −2·10⁻¹², of terms of size 4: below 0 by rounding alone, and so exactly 0.
  EXPECT_EQ(rkhs_norm(vector({1, -1}), vector({1, 1 + 1e-12, 1 + 1e-12, 1}).view({2, 2})), 0.0);
  const auto X = normal({3, 2}, "does not cancel"), alpha = normal({3}, "left");
  const double length = X.t().matmul(alpha).norm().item<double>();
  EXPECT_CLOSE(rkhs_norm(1e8 * alpha, X.matmul(X.t())), 1e8 * length, rtol(1e-10));
  EXPECT_CLOSE(rkhs_norm(1e-8 * alpha, X.matmul(X.t())), 1e-8 * length, rtol(1e-10));
}

TEST(RkhsNorm, RefusesWhatIsNoGramMatrix) {
  const auto K = vector({1, 2, 2, 1}).view({2, 2});  // eigenvalues 3 and −1
  between_right_answers([&] { EXPECT_CLOSE(rkhs_norm(vector({1, 1}), K), std::sqrt(6.0), rtol(1e-12)); },
                        [&] {
                          EXPECT_THROW(rkhs_norm(vector({1, -1}), K), StudentError);
                          EXPECT_THROW(rkhs_norm(vector({1e-7, -1e-7}), K), StudentError);
                          EXPECT_THROW(rkhs_norm(vector({1, -1, 0}), K), StudentError);
                          EXPECT_THROW(rkhs_norm(vector({1, 1}).unsqueeze(1), K), StudentError);
                          EXPECT_THROW(rkhs_norm(vector({1, 1}), normal({2, 3}, "wide")), StudentError);
                        });
}

/// What lies among the functions already is its own projection; a coefficient for each z, in their order.
TEST(Project, LeavesWhatIsThereAlready) {
  const auto Z = spread(6, "span"), alpha = normal({3}, "of three");
  const auto chosen = torch::tensor({4, 0, 3}, torch::kLong);
  const auto K = gaussian(Z, Z, 0.5);
  const auto expected = zeros({6}).index_put({chosen}, alpha);
  EXPECT_CLOSE(project(K, K.index_select(1, chosen), alpha), expected, atol(1e-12));
  const auto one =
      project(torch::full({1, 1}, 2.0, torch::kFloat64), vector({1, -3}).unsqueeze(0), vector({4, 1}));
  EXPECT_CLOSE(one, vector({0.5}), atol(1e-13));
}

TEST(Project, RefusesWhatIsNotPositiveDefinite) {
  const auto K = vector({2, 1, 1, 2}).view({2, 2}), cross = vector({3, 3}).unsqueeze(1), alpha = vector({1});
  between_right_answers([&] { EXPECT_CLOSE(project(K, cross, alpha), vector({1, 1}), atol(1e-13)); },
                        [&] {
                          EXPECT_THROW(project(vector({1, 2, 2, 1}).view({2, 2}), cross, alpha),
                                       StudentError);
                          EXPECT_THROW(project(-K, cross, alpha), StudentError);
                          EXPECT_THROW(project(K, cross, vector({1, 1})), StudentError);
                          EXPECT_THROW(project(K, cross, alpha.unsqueeze(1)), StudentError);
                          EXPECT_THROW(project(K, cross.t().contiguous(), vector({1, 1})), StudentError);
                        });
}

/// Along an eigenvector of K with eigenvalue s, α = vᵀy/(s + λn), s = 0 among them; and one point.
TEST(FitKernelRidge, DividesEachEigenvectorByItsOwn) {
  const auto s = vector({0, 0, 0.5, 3, 40}), y = normal({5}, "modes"), V = rotation(5, "eigenvectors");
  const auto expected = V.matmul(V.t().matmul(y) / (s + 5 * 0.02));
  EXPECT_CLOSE(fit_kernel_ridge(symmetric(s, "eigenvectors"), y, 0.02), expected, rtol(1e-9) + atol(1e-10));
  EXPECT_CLOSE(fit_kernel_ridge(torch::full({1, 1}, 3.0, torch::kFloat64), vector({8}), 1), vector({2}),
               atol(1e-13));
}

/// [[1, 2], [2, 1]] has the eigenvalue −1: λn = 1.2 makes up for it, λn = 0.8 does not.
TEST(FitKernelRidge, RefusesWhatIsNotPositiveDefinite) {
  const auto K = vector({1, 2, 2, 1}).view({2, 2}), y = vector({1, 1});
  between_right_answers([&] { EXPECT_CLOSE(fit_kernel_ridge(K, y, 0.6), y / 4.2, rtol(1e-12)); },
                        [&] {
                          EXPECT_THROW(fit_kernel_ridge(K, y, 0.4), StudentError);
                          EXPECT_THROW(fit_kernel_ridge(K, y, 0), StudentError);
                          EXPECT_THROW(fit_kernel_ridge(eye(2), y, -0.1), StudentError);
                          EXPECT_THROW(fit_kernel_ridge(eye(2), vector({1}), 0.1), StudentError);
                          EXPECT_THROW(fit_kernel_ridge(eye(2), y.unsqueeze(1), 0.1), StudentError);
                          EXPECT_THROW(fit_kernel_ridge(normal({2, 3}, "wide"), y, 0.1), StudentError);
                        });
}

/// One point with two features, and one feature twice: a penalty makes the weights unique, none does not.
TEST(FitFeatureRidge, RefusesNoPenalty) {
  const auto x = normal({20}, "once"), y = normal({20}, "values of once"), twice = torch::stack({x, x}, 1);
  const double w = (x.dot(y) / (2 * x.dot(x) + 2)).item<double>();
  between_right_answers(
      [&] {
        EXPECT_CLOSE(fit_feature_ridge(twice, y, 0.1), vector({w, w}), atol(1e-12));
        EXPECT_CLOSE(fit_feature_ridge(vector({3, 4}).unsqueeze(0), vector({2}), 0.5), vector({6, 8}) / 25.5,
                     atol(1e-13));
      },
      [&] {
        EXPECT_THROW(fit_feature_ridge(twice, y, 0), StudentError);
        EXPECT_THROW(fit_feature_ridge(eye(20), y, 0), StudentError);
        EXPECT_THROW(fit_feature_ridge(twice, y, -1), StudentError);
        EXPECT_THROW(fit_feature_ridge(twice, y.slice(0, 1), 1), StudentError);
        EXPECT_THROW(fit_feature_ridge(twice, y.unsqueeze(1), 1), StudentError);
      });
}

/// The mean is that of the training points: a new point is the same alone and among others.
TEST(CentreGram, NewPointsDoNotMoveTheMean) {
  const auto X = normal({7, 2}, "old"), Z = 4 + normal({5, 2}, "moved");
  const auto K = gaussian(X, X, 2), cross = gaussian(Z, X, 2);
  const auto all = centre_gram(K, cross);
  EXPECT_CLOSE(all.sum(1), zeros({5}), atol(1e-12));
  for (int64_t i = 0; i < 5; ++i)
    EXPECT_CLOSE(centre_gram(K, cross.slice(0, i, i + 1)), all.slice(0, i, i + 1), atol(1e-13));
  const auto expected = cross[1][2] - cross[1].mean() - K.select(1, 2).mean() + K.mean();
  EXPECT_CLOSE(all[1][2].item<double>(), expected.item<double>(), atol(1e-13));
}

TEST(CentreGram, RefusesShapesThatDoNotFit) {
  const auto K = vector({2, 0, 0, 4}).view({2, 2});
  between_right_answers(
      [&] { EXPECT_CLOSE(centre_gram(K, K), vector({1.5, -1.5, -1.5, 1.5}).view({2, 2}), atol(1e-13)); },
      [&] {
        EXPECT_THROW(centre_gram(K, normal({2, 3}, "wide")), StudentError);
        EXPECT_THROW(centre_gram(normal({3, 2}, "tall"), K), StudentError);
        EXPECT_THROW(centre_gram(K, K[0]), StudentError);
      });
}

/// K and λ in another unit are the same fit; eigenvalues that rounding makes negative count as 0.
TEST(EffectiveDegreesOfFreedom, DependOnRatiosAlone) {
  const auto s = vector({0, 0, 0, 0.1, 1, 10});
  const auto K = symmetric(s, "ratios");
  const double expected = (s / (s + 6 * 0.3)).sum().item<double>();
  for (const double unit : {1e-9, 1.0, 1e9})
    EXPECT_CLOSE(effective_degrees_of_freedom(unit * K, unit * 0.3), expected, rtol(1e-10))
        << "unit " << unit;
  EXPECT_CLOSE(effective_degrees_of_freedom(torch::full({1, 1}, 3.0, torch::kFloat64), 1), 0.75, rtol(1e-12));
}

TEST(EffectiveDegreesOfFreedom, RefuseNoPenalty) {
  between_right_answers([] { EXPECT_CLOSE(effective_degrees_of_freedom(eye(4), 0.25), 2.0, rtol(1e-12)); },
                        [] {
                          EXPECT_THROW(effective_degrees_of_freedom(eye(4), 0), StudentError);
                          EXPECT_THROW(effective_degrees_of_freedom(eye(4), -1), StudentError);
                          EXPECT_THROW(effective_degrees_of_freedom(normal({4, 3}, "wide"), 1), StudentError);
                        });
}

/// Interpolation meets the data, and its leave-one-out errors are not 0. Two points: y_1 − k y_2/(1 + 2λ).
TEST(LeaveOneOutErrors, OfAnInterpolantAndOfTwoPoints) {
  const auto X = spread(7, "interpolated"), y = normal({7}, "interpolated values"), K = gaussian(X, X, 0.5);
  auto expected = torch::empty({7}, torch::kFloat64);
  for (int64_t i = 0; i < 7; ++i) {
    const auto kept = torch::arange(7).ne(i).nonzero().view(-1);
    const auto alpha = solve(K.index_select(0, kept).index_select(1, kept), y.index_select(0, kept));
    expected[i] = y[i] - K[i].index_select(0, kept).dot(alpha);
  }
  EXPECT_CLOSE(leave_one_out_errors(K, y, 0), expected, atol(1e-10));
  const auto two = vector({1, 0.5, 0.5, 1}).view({2, 2});
  EXPECT_CLOSE(leave_one_out_errors(two, vector({1, 3}), 0.25), vector({0, 3 - 1 / 3.0}), atol(1e-13));
}

/// 700 points: one factorisation takes hundredths of a second, 700 of them many seconds.
TEST(LeaveOneOutErrors, CostOneFactorisation) {
  const int64_t n = 700;
  const auto X = normal({n, 3}, "many points"), y = normal({n}, "many values"), K = gaussian(X, X, 1);
  const auto errors = leave_one_out_errors(K, y, 0.01);
  const auto alpha = ridge(K.slice(0, 1).slice(1, 1), y.slice(0, 1), 0.01 * n / (n - 1));
  EXPECT_CLOSE(errors[0].item<double>(), (y[0] - K[0].slice(0, 1).dot(alpha)).item<double>(),
               rtol(1e-8) + atol(1e-8));
}

TEST(LeaveOneOutErrors, RefuseWhatRidgeRefuses) {
  const auto K = vector({1, 0.5, 0.5, 1}).view({2, 2}), y = vector({2, 2});
  between_right_answers([&] { EXPECT_CLOSE(leave_one_out_errors(K, y, 0), vector({1, 1}), atol(1e-13)); },
                        [&] {
                          EXPECT_THROW(leave_one_out_errors(vector({1, 2, 2, 1}).view({2, 2}), y, 0.1),
                                       StudentError);
                          EXPECT_THROW(leave_one_out_errors(K, y, -0.1), StudentError);
                          EXPECT_THROW(leave_one_out_errors(K, vector({1, 2, 3}), 0.1), StudentError);
                          EXPECT_THROW(leave_one_out_errors(K, y.unsqueeze(1), 0.1), StudentError);
                        });
}

/// Independent components, rows and seeds: the correlation of N pairs exceeds 6/√N with probability 2e-9, and
/// that of their squares, whose products have longer tails, with less than 1e-7.
TEST(FourierFrequencies, AreIndependent) {
  const int64_t n = 20000;
  const auto omega = fourier_frequencies(2, n, 1, seed("independent"));
  const auto other = fourier_frequencies(2, n, 1, seed("independent", 1));
  const auto first = omega.slice(0, 0, n / 2).flatten(), second = omega.slice(0, n / 2).flatten();
  const auto x = omega.select(1, 0), y = omega.select(1, 1), z = other.select(1, 0);
  for (const auto& [a, b] : {std::pair{first, second}, {x, y}, {x, z}, {x.slice(0, 1), x.slice(0, 0, -1)}}) {
    EXPECT_CLOSE((a * b).mean().item<double>(), 0.0, atol(6 / std::sqrt(n - 1)));
    EXPECT_CLOSE(((a.square() - 1) * (b.square() - 1) / 2).mean().item<double>(), 0.0,
                 atol(7 / std::sqrt(n - 1)));
  }
  EXPECT_CLOSE(x.square().mean().item<double>(), 1.0, atol(6 * std::sqrt(2.0 / n)));
}

/// P = 25 pairs, D = 50: estimates of k(1) have the variance (1 + k(2) − 2k(1)²)/D = 0.399576/D. Of 2,000
/// estimates the measured variance is off by √(2/2000) = 3 % in the standard deviation: 6 of them.
TEST(FourierFeatures, EstimatesVaryAsTheySay) {
  const int64_t estimates = 2000, pairs = 25;
  const auto omega = fourier_frequencies(1, estimates * pairs, 1, seed("estimates"));
  const auto two = vector({0.3, 1.3}).unsqueeze(1);
  const auto phi =
      fourier_features(two, omega) * std::sqrt(static_cast<double>(estimates));  // each block over √P
  const auto product = phi[0] * phi[1];
  const auto sums = (product.slice(0, 0, estimates * pairs) + product.slice(0, estimates * pairs))
                        .view({estimates, pairs})
                        .sum(1);
  EXPECT_CLOSE(sums.mean().item<double>(), std::exp(-0.5),
               atol(6 * std::sqrt(0.4 / (2 * estimates * pairs))));
  EXPECT_CLOSE(2 * pairs * sums.var(/*unbiased=*/true).item<double>(), 0.399576,
               rtol(6 * std::sqrt(2.0 / estimates)));
}

TEST(FourierFrequencies, TheSeedAloneDecides) {
  const auto drawn = fourier_frequencies(3, 4, 0.5, 7);
  fourier_frequencies(2, 5, 1, 8);
  EXPECT_CLOSE(fourier_frequencies(3, 4, 0.5, 7), drawn, atol(0.0));
  // Sorted, so that the same numbers in other places are no other numbers.
  const auto sorted = [](const Tensor& omega) { return std::get<0>(omega.flatten().sort()); };
  for (const int64_t other : {8, 17, 1007, 7 + 65536, -7}) {
    const auto away = sorted(fourier_frequencies(3, 4, 0.5, other)) - sorted(drawn);
    EXPECT_GT(away.abs().max().item<double>(), 1e-3) << "seeds 7 and " << other;
  }
  EXPECT_CLOSE(fourier_frequencies(3, 4, 5, 7), drawn / 10, rtol(1e-12));
}

TEST(FourierFeatures, RefuseOtherDimensionsAndNoWidth) {
  const auto X = vector({0.5}).unsqueeze(0), omega = vector({2}).unsqueeze(0);
  between_right_answers(
      [&] {
        const auto expected = vector({std::cos(1), std::sin(1)}).unsqueeze(0);
        EXPECT_CLOSE(fourier_features(X, omega), expected, atol(1e-14));
        const auto drawn = fourier_frequencies(1, 1000, 2, seed("not refused"));
        EXPECT_CLOSE(drawn.square().mean().item<double>(), 0.25, rtol(6 * std::sqrt(2.0 / 1000)));
      },
      [&] {
        EXPECT_THROW(fourier_features(X, normal({3, 2}, "plane")), StudentError);
        EXPECT_THROW(fourier_features(normal({3, 2}, "points of a plane"), omega), StudentError);
        EXPECT_THROW(fourier_features(X, omega[0]), StudentError);
        EXPECT_THROW(fourier_frequencies(0, 3, 1, 1), StudentError);
        EXPECT_THROW(fourier_frequencies(2, 0, 1, 1), StudentError);
        EXPECT_THROW(fourier_frequencies(2, 3, 0, 1), StudentError);
        EXPECT_THROW(fourier_frequencies(2, 3, -1, 1), StudentError);
      });
}

TEST(ConsecutiveDays, TheEdgesOfTheDefinition) {
  const auto days = [](const std::vector<int64_t>& numbers) { return torch::tensor(numbers, torch::kLong); };
  between_right_answers(
      [&] {
        EXPECT_TRUE(consecutive_days(days({-2, -1, 0, 2, 3, 9})).equal(days({1, 2, 4})));
        EXPECT_TRUE(consecutive_days(days({5, 6, 9})).equal(days({1})));
        EXPECT_EQ(consecutive_days(days({5})).numel(), 0);
        EXPECT_EQ(consecutive_days(days({5, 7, 9})).numel(), 0);
      },
      [&] {
        EXPECT_THROW(consecutive_days(days({5, 6, 6})), StudentError);
        EXPECT_THROW(consecutive_days(days({5, 7, 6})), StudentError);
        EXPECT_THROW(consecutive_days(vector({1, 2, 3})), StudentError);
        EXPECT_THROW(consecutive_days(days({1, 2}).unsqueeze(1)), StudentError);
      });
}

/// Four years are 1,461 days: then every phase comes back, 29 Februaries or not.
TEST(CalendarFeatures, ReturnAfterFourYears) {
  const auto days = integers(20, 3000, "phases") - 500;
  const double year = 2 * std::numbers::pi / 365.25;
  between_right_answers(
      [&] {
        const auto features = calendar_features(days, 5);
        EXPECT_CLOSE(calendar_features(days + 4 * 1461, 5), features, atol(1e-9));
        EXPECT_CLOSE(features.square().sum(1), torch::full({20}, 5.0, torch::kFloat64), atol(1e-12));
        const auto first = calendar_features(torch::tensor({1}, torch::kLong), 2)[0];
        EXPECT_CLOSE(first, vector({std::sin(year), std::cos(year), std::sin(2 * year), std::cos(2 * year)}),
                     atol(1e-12));
      },
      [&] {
        EXPECT_THROW(calendar_features(days, 0), StudentError);
        EXPECT_THROW(calendar_features(vector({1}), 1), StudentError);
        EXPECT_THROW(calendar_features(days.unsqueeze(1), 1), StudentError);
      });
}

/// Scales come from the series: a query has the same answer alone, and in any company. In a run of days a
/// day's temperature, or its neighbours', stand among the yesterdays of others. Persistence is off by 2.1.
TEST(ForecastTemperatures, EachQueryStandsAlone) {
  for (const Climate climate : {Climate{12, 0.3}, Climate{21, 0.3}}) {
    const auto days = torch::arange(0, 2000), weather = climate.weather(0, 2800, "alone");
    const auto asked = 2000 + integers(400, 2, "steps of one and two").add(1).cumsum(0);
    const auto yesterdays = weather.index_select(0, asked - 1);
    const auto all = forecast_temperatures(days, weather.slice(0, 0, 2000), asked, yesterdays);
    const auto drawn = uniform({400}, 0, 1, "asked alone").argsort().slice(0, 0, 15);
    const auto alone = forecast_temperatures(days, weather.slice(0, 0, 2000), asked.index_select(0, drawn),
                                             yesterdays.index_select(0, drawn));
    EXPECT_CLOSE(alone, all.index_select(0, drawn), atol(1e-8));
    EXPECT_LT(root_mean_square(all - climate.expected(asked, yesterdays)), 1.1);
  }
}

/// Two days, a gap of up to three weeks, two days: half of the neighbours in the list are no neighbours in
/// time. Who learns from them is off by 1.1 °C, persistence by 0.9; 25 parameters of 2,000 pairs leave 0.2
/// (standard deviation 0.05 over 25 draws).
TEST(ForecastTemperatures, GapsAreNoNeighbours) {
  const Climate climate{10, 0.7};
  const auto starts = (8 + integers(2000, 15, "gaps")).cumsum(0);
  const auto days = torch::stack({starts, starts + 1}, 1).view(-1);
  const auto weather = climate.weather(0, 47000, "with gaps").index_select(0, days);
  const auto asked = 47000 + integers(300, 365, "asked with gaps");
  const auto yesterdays = climate.season(asked - 1) + 3 * normal({300}, "yesterdays with gaps");
  const auto said = forecast_temperatures(days, weather, asked, yesterdays);
  EXPECT_LT(root_mean_square(said - climate.expected(asked, yesterdays)), 0.65);
}

/// Warmer and colder by 7 to 10 degrees, and some fours of years later.
TEST(ForecastTemperatures, AnotherStationInOtherYears) {
  const auto data = kernels::melbourne::read();
  const auto forecast = [](const Tensor& days, const Tensor& temperatures, const Tensor& asked,
                           const Tensor& before) {
    return forecast_temperatures(days, temperatures, asked, before);
  };
  const auto cycles = 1 + integers(1, 5, "cycles").item<int64_t>();
  EXPECT_LT(kernels::melbourne::error_of(forecast, data, number(7, 10, "warmer"), cycles), 2.15);
}

TEST(ForecastTemperatures, RefuseShapesThatDoNotFit) {
  const Climate climate{12, 0.6};
  const auto days = torch::arange(0, 700), weather = climate.weather(0, 700, "refused weather");
  const auto asked = torch::arange(800, 803), yesterdays = climate.season(asked - 1) + vector({-2, 0, 3});
  between_right_answers(
      [&] {
        const auto said = forecast_temperatures(days, weather, asked, yesterdays);
        EXPECT_LT(root_mean_square(said - climate.expected(asked, yesterdays)), 2);
      },
      [&] {
        EXPECT_THROW(forecast_temperatures(days, weather.slice(0, 1), asked, yesterdays), StudentError);
        EXPECT_THROW(forecast_temperatures(days.slice(0, 1), weather, asked, yesterdays), StudentError);
        EXPECT_THROW(forecast_temperatures(days, weather, asked, yesterdays.slice(0, 1)), StudentError);
        EXPECT_THROW(forecast_temperatures(days, weather, asked.slice(0, 1), yesterdays), StudentError);
        EXPECT_THROW(forecast_temperatures(days.flip(0), weather, asked, yesterdays), StudentError);
      });
}

/// |ω_a| has the median 1/ℓ along each axis, the length in d = 2 the median √3/ℓ (its law is 1 − 1/√(1 +
/// r²)), and the directions are even. A fraction of N is off by 6 √(1/4N) with probability 2e-9.
TEST(LaplaceFrequencies, HaveTheTailsOfCauchy) {
  const double width = number(0.5, 3, "width"), n = 20000;
  const auto omega = width * laplace_frequencies(2, 20000, width, seed("tails"));
  const auto fraction = [&](const Tensor& of) { return of.to(torch::kFloat64).mean().item<double>(); };
  const auto x = omega.select(1, 0), y = omega.select(1, 1), length = (x.square() + y.square()).sqrt();
  const double within = 6 * std::sqrt(0.25 / n);
  EXPECT_CLOSE(fraction(x.abs() < 1), 0.5, atol(within));
  EXPECT_CLOSE(fraction(y.abs() < 1), 0.5, atol(within));
  EXPECT_CLOSE(fraction(length < std::sqrt(3)), 0.5, atol(within));
  EXPECT_CLOSE(fraction(length > 7), 1 / std::sqrt(50.0), atol(within));
  EXPECT_CLOSE(fraction(length > 100), 1 / std::sqrt(10001.0), atol(6 * std::sqrt(0.01 * 0.99 / n)));
  EXPECT_CLOSE(fraction(x * y > 0), 0.5, atol(within));
  EXPECT_CLOSE(fraction(x.abs() > y.abs()), 0.5, atol(within));
  EXPECT_CLOSE(fraction(x > 0), 0.5, atol(within));
  const auto long_ones = length > std::sqrt(3);
  EXPECT_CLOSE(fraction(long_ones.slice(0, 1).eq(long_ones.slice(0, 0, -1))), 0.5, atol(within));
}

/// The seed alone decides, the width is a unit; 1,000 medians are within 6 √(1/4000) but for 2e-9.
TEST(LaplaceFrequencies, RefuseNoWidthAndNoPairs) {
  between_right_answers(
      [] {
        const auto drawn = laplace_frequencies(2, 500, 1, 7), other = laplace_frequencies(2, 500, 1, 8);
        EXPECT_CLOSE(laplace_frequencies(2, 500, 1, 7), drawn, atol(0.0));
        EXPECT_CLOSE(laplace_frequencies(2, 500, 4, 7), drawn / 4, rtol(1e-12));
        EXPECT_CLOSE((other.slice(1, 1) > drawn.slice(1, 1)).to(torch::kFloat64).mean().item<double>(), 0.5,
                     atol(6 * std::sqrt(0.25 / 500)));
      },
      [] {
        EXPECT_THROW(laplace_frequencies(0, 3, 1, 1), StudentError);
        EXPECT_THROW(laplace_frequencies(2, 0, 1, 1), StudentError);
        EXPECT_THROW(laplace_frequencies(2, 3, 0, 1), StudentError);
      });
}

/// On a circle with n even nodes cos and sin are exact eigenfunctions, in pairs: the eigenvalues are the
/// discrete Fourier coefficients of the kernel. And Gram matrices over n have those of the sample.
TEST(MercerEigenvalues, OfACircleAreFourierCoefficients) {
  const int64_t n = 24;
  const double width = number(0.5, 2, "circle width");
  const auto angle = 2 * std::numbers::pi * torch::arange(n, torch::kFloat64) / static_cast<double>(n);
  const auto X = torch::stack({angle.cos(), angle.sin()}, 1), K = gaussian(X, X, width);
  const auto weights = torch::full({n}, 1.0 / n, torch::kFloat64);
  std::vector<double> coefficients;
  for (int64_t k = 0; k < n; ++k)
    coefficients.push_back((K[0] * (angle * static_cast<double>(k)).cos()).mean().item<double>());
  std::sort(coefficients.rbegin(), coefficients.rend());
  EXPECT_CLOSE(mercer_eigenvalues(K, weights), vector(coefficients), atol(1e-13));
  EXPECT_CLOSE(mercer_eigenvalues(K, 1e6 * weights), 1e6 * vector(coefficients), atol(1e-7));
}

/// exp(−(c − a)x²) H_k(√(2c) x), a = ¼, b = ½, c = √(a² + 2ab), at places that are no nodes. [Rasmussen and
/// Williams, section 4.3.1]
TEST(MercerFunctions, OfTheGaussianKernelAreHermites) {
  const auto [x, weights] = gaussian_nodes();
  const double a = 0.25, c = std::sqrt(5.0) / 4;
  const auto hermite = [&](const Tensor& at) {
    const auto u = std::sqrt(2 * c) * at;
    std::vector<Tensor> H{torch::ones_like(u), 2 * u};
    for (int k = 1; k < 5; ++k) H.push_back(2 * u * H[k] - 2 * k * H[k - 1]);
    return torch::stack(H, 1) * (-(c - a) * at.square()).exp().unsqueeze(1);
  };
  const auto places = uniform({9}, -2, 2, "places"), at_nodes = hermite(x.squeeze(1));
  const auto norm = (at_nodes.square() * weights.unsqueeze(1)).sum(0).sqrt();
  const auto expected = hermite(places) / norm;
  const auto phi = mercer_functions(gaussian(x, x, 1), weights, gaussian(places.unsqueeze(1), x, 1), 6);
  EXPECT_CLOSE(phi * (phi * expected).sum(0).sign(), expected, atol(1e-8));
}

TEST(MercerFunctions, RefuseEigenvaluesOfZero) {
  const auto X = normal({5, 2}, "rank two"), K = X.matmul(X.t()),
             weights = torch::full({5}, 0.2, torch::kFloat64);
  auto none = weights.clone();
  none[3] = 0;
  between_right_answers(
      [&] {
        const auto phi = mercer_functions(K, weights, K, 2);
        EXPECT_CLOSE(0.2 * phi.t().matmul(phi), eye(2), atol(1e-10));
        const auto expected = torch::linalg_eigvalsh(X.t().matmul(X) / 5).flip(0);
        EXPECT_CLOSE(mercer_eigenvalues(K, weights).slice(0, 0, 2), expected, rtol(1e-11));
        const auto one = torch::full({1, 1}, 3.0, torch::kFloat64);
        EXPECT_CLOSE(mercer_functions(one, vector({4}), one, 1).abs(), one / 6, atol(1e-12));
      },
      [&] {
        EXPECT_THROW(mercer_functions(K, weights, K, 3), StudentError);
        EXPECT_THROW(mercer_functions(K, weights, K, 0), StudentError);
        EXPECT_THROW(mercer_functions(K, weights, K, 6), StudentError);
        EXPECT_THROW(mercer_functions(K, weights, K.slice(1, 1).contiguous(), 1), StudentError);
        EXPECT_THROW(mercer_functions(K, none, K, 1), StudentError);
        EXPECT_THROW(mercer_eigenvalues(K, none), StudentError);
        EXPECT_THROW(mercer_eigenvalues(K, -weights), StudentError);
        EXPECT_THROW(mercer_eigenvalues(K, weights.slice(0, 1)), StudentError);
      });
}

}  // namespace
