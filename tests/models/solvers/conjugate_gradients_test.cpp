#include "models/solvers/conjugate_gradients.h"

#include <ATen/ATen.h>

#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using End = ConjugateGradients::End;

LinearOperator by(const at::Tensor& A) {
  return [A](const at::Tensor& v) { return A.mm(v); };
}

class ConjugateGradientsTest : public SpinlabTest {
 protected:
  at::Tensor Q_ = std::get<0>(at::linalg_qr(at::randn({30, 30}, at::kDouble)));
  at::Tensor B_ = at::randn({30, 4}, at::kDouble);
  at::Tensor with_eigenvalues(const at::Tensor& values) const { return (Q_ * values).mm(Q_.t()); }
};

TEST_F(ConjugateGradientsTest, SolvesEveryColumn) {
  B_.select(1, 2).zero_();
  B_.select(1, 3).mul_(1e-8);
  const auto A = with_eigenvalues(at::linspace(1, 50, 30, at::kDouble));
  const auto found = conjugate_gradients(by(A), B_, {}, 1e-12, 100);
  EXPECT_EQ(found.end, End::kConverged);
  const auto expected = at::linalg_solve(A, B_), scale = B_.norm(2, {0});
  EXPECT_TRUE(((found.X - expected).norm(2, {0}) <= 1e-11 * scale).all().item<bool>());
}

/// One product for each distinct eigenvalue; with A's inverse for a preconditioner one in all.
TEST_F(ConjugateGradientsTest, TakesAsManyProductsAsThereAreEigenvalues) {
  const auto A = with_eigenvalues(at::arange(30, at::kLong).remainder(3).to(at::kDouble).add_(1));
  EXPECT_EQ(conjugate_gradients(by(A), B_, {}, 1e-10, 100).iterations, 3);
  EXPECT_EQ(conjugate_gradients(by(A), B_, by(at::linalg_inv(A)), 1e-10, 100).iterations, 1);
  EXPECT_EQ(conjugate_gradients(by(A), at::zeros_like(B_), {}, 1e-10, 100).iterations, 0);
}

TEST_F(ConjugateGradientsTest, SaysWhyItEnded) {
  const auto A = with_eigenvalues(at::linspace(1, 50, 30, at::kDouble));
  const auto short_of = conjugate_gradients(by(A), B_, {}, 1e-12, 4);
  EXPECT_EQ(short_of.end, End::kMostIterations);
  EXPECT_EQ(short_of.iterations, 4);
  EXPECT_EQ(conjugate_gradients(by(A - 20 * at::eye(30, at::kDouble)), B_, {}, 1e-12, 100).end,
            End::kNotPositive);
  EXPECT_EQ(conjugate_gradients(by(A * NAN), B_, {}, 1e-12, 100).end, End::kNotPositive);
}

}  // namespace
}  // namespace spinlab::models
