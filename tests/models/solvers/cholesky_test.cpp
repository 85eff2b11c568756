#include "models/solvers/cholesky.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

class CholeskyTest : public SpinlabTest {};

TEST_F(CholeskyTest, OfWhatIsNotPositiveThereIsNone) {
  const auto X = at::randn({5, 8}, at::kDouble), A = X.mm(X.t());
  const auto L = try_cholesky(A);
  ASSERT_TRUE(L.has_value());
  EXPECT_CLOSE(L->mm(L->t()), A, rtol(1e-13) + atol(1e-13));
  EXPECT_FALSE(try_cholesky(-A).has_value());
}

/// By determinant and inverse.
TEST_F(CholeskyTest, DensityIsTheNormalOne) {
  const auto X = at::randn({5, 8}, at::kDouble), A = X.mm(X.t()), Y = at::randn({5, 3}, at::kDouble);
  const auto squares = (Y * at::linalg_inv(A).mm(Y)).sum().item<double>();
  const double normaliser = std::log(at::linalg_det(A).item<double>()) + 5 * std::log(2 * std::numbers::pi);
  EXPECT_CLOSE(gaussian_log_density(*try_cholesky(A), squares, 3), -0.5 * (squares + 3 * normaliser),
               rtol(1e-11));
}

}  // namespace
}  // namespace spinlab::models
