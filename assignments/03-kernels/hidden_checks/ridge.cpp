// Ridge regression, its intercept, its degrees of freedom and its leave-one-out errors: singular and
// indefinite matrices, one and two points, many, and refusals between right answers.

#include "assignments/03-kernels/calls.h"
#include "assignments/03-kernels/problems.h"

namespace {

using namespace spinlab;
using namespace kernels::problems;

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

}  // namespace
