// Feature maps, kernels and distances, polynomials: where digits are lost, the edges of each definition, and
// refusals between right answers.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "assignments/03-kernels/calls.h"
#include "assignments/03-kernels/problems.h"

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

}  // namespace
