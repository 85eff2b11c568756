// Gram matrices and the functions that they belong to: what is rounding and what is not, and refusals between
// right answers.
#include <cmath>
#include <string>

#include "assignments/03-kernels/calls.h"
#include "assignments/03-kernels/problems.h"

namespace {

using namespace spinlab;
using namespace kernels::problems;

TEST(LeastEigenvalue, TheUnitDoesNotMatter) {
  const auto K = symmetric(vector({-0.5, 1, 2, 3}), "units") + 1e-14 * normal({4, 4}, "rounding");
  for (const double unit : {1e-9, 1e9}) {
    EXPECT_CLOSE(least_eigenvalue(unit * K) / unit, -0.5, atol(1e-11));
    EXPECT_CLOSE(nearest_gram(unit * K) / unit, symmetric(vector({0, 1, 2, 3}), "units"), atol(1e-11));
  }
  EXPECT_CLOSE(least_eigenvalue(torch::full({1, 1}, -2.0, torch::kFloat64)), -2.0, atol(1e-13));
}

/// Asymmetry of 0.9 and of 1.1 times 10⁻¹⁰ of the largest element lie on the two sides of the header's bound.
TEST(LeastEigenvalue, AsymmetricMatricesAreRefused) {
  const auto K = symmetric(vector({-1, 1, 2}), "asymmetric");
  auto skew = K.clone();
  skew[0][2] += 1e-3;
  auto hardly = K.clone(), rounded = K.clone();
  hardly[0][2] += 1.1e-10 * K.abs().max().item<double>();
  rounded[0][2] += 0.9e-10 * K.abs().max().item<double>();
  between_right_answers(
      [&] {
        EXPECT_CLOSE(least_eigenvalue(K), -1.0, atol(1e-12));
        EXPECT_CLOSE(nearest_gram(K), symmetric(vector({0, 1, 2}), "asymmetric"), atol(1e-12));
        EXPECT_CLOSE(least_eigenvalue(rounded), -1.0, atol(1e-9));
        EXPECT_CLOSE(nearest_gram(rounded), symmetric(vector({0, 1, 2}), "asymmetric"), atol(1e-9));
        EXPECT_CLOSE(least_eigenvalue(zeros({2, 2})), 0.0, atol(0.0));
      },
      [&] {
        EXPECT_THROW(least_eigenvalue(skew), StudentError);
        EXPECT_THROW(least_eigenvalue(skew.t().contiguous()), StudentError);
        EXPECT_THROW(least_eigenvalue(hardly), StudentError);
        EXPECT_THROW(least_eigenvalue(K.slice(0, 0, 2)), StudentError);
        EXPECT_THROW(nearest_gram(skew), StudentError);
        EXPECT_THROW(nearest_gram(hardly), StudentError);
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
  // αᵀKα = −2δ, of terms of size 4: below 0 by rounding alone up to δ = 2·10⁻¹⁰, and so exactly 0.
  for (const double delta : {1e-12, 1.4e-10}) {
    const auto K = vector({1, 1 + delta, 1 + delta, 1}).view({2, 2});
    EXPECT_EQ(rkhs_norm(vector({1, -1}), K), 0.0);
    EXPECT_EQ(rkhs_norm(vector({1e5, -1e5}), 1e-3 * K), 0.0);
  }
  const auto X = normal({3, 2}, "does not cancel"), alpha = normal({3}, "left");
  const double length = X.t().matmul(alpha).norm().item<double>();
  EXPECT_CLOSE(rkhs_norm(1e8 * alpha, X.matmul(X.t())), 1e8 * length, rtol(1e-10));
  EXPECT_CLOSE(rkhs_norm(1e-8 * alpha, X.matmul(X.t())), 1e-8 * length, rtol(1e-10));
}

TEST(RkhsNorm, RefusesWhatIsNoGramMatrix) {
  const auto K = vector({1, 2, 2, 1}).view({2, 2});                           // eigenvalues 3 and −1
  const auto hardly = vector({1, 1 + 2.6e-10, 1 + 2.6e-10, 1}).view({2, 2});  // −1.3·10⁻¹⁰ of its terms
  between_right_answers([&] { EXPECT_CLOSE(rkhs_norm(vector({1, 1}), K), std::sqrt(6.0), rtol(1e-12)); },
                        [&] {
                          EXPECT_THROW(rkhs_norm(vector({1, -1}), K), StudentError);
                          EXPECT_THROW(rkhs_norm(vector({1e-7, -1e-7}), K), StudentError);
                          EXPECT_THROW(rkhs_norm(vector({1, -1}), hardly), StudentError);
                          EXPECT_THROW(rkhs_norm(vector({1e-5, -1e-5}), 1e-3 * hardly), StudentError);
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

}  // namespace
