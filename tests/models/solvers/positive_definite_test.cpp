#include "models/solvers/positive_definite.h"

#include <ATen/ATen.h>

#include "src/core/require_memory.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

class PositiveDefiniteTest : public SpinlabTest {
 protected:
  /// Eigenvalues from 1 to 1/condition in a basis of cosines (the discrete cosine transform is orthogonal).
  static at::Tensor matrix(int64_t n, double condition) {
    const auto i = at::arange(n, at::kDouble) + 0.5;
    auto basis = (i.unsqueeze(1) * at::arange(n, at::kDouble) * (M_PI / static_cast<double>(n))).cos_();
    basis.div_(basis.norm(2, {0}));
    return (basis * at::pow(condition, -at::arange(n, at::kDouble) / static_cast<double>(n - 1)))
        .mm(basis.t());
  }
};

// Above 1,500 rows the factorisation is in float32; at condition 1e12 that fails, and float64 takes over.
TEST_F(PositiveDefiniteTest, LeavesAResidualOfRoundingAlone) {
  for (const int64_t n : {3, 200, 1600}) {
    for (const double condition : {1.0, 1e4, 1e9, 1e12}) {
      const auto A = matrix(n, condition), B = at::randn({n, 2}, at::kDouble);
      const auto X = solve_positive_definite(A, B, "A");
      const auto scale = A.norm() * X.norm() + B.norm();
      EXPECT_LT(((A.mm(X) - B).norm() / scale).item<double>(), 1e-12) << n << ", condition " << condition;
    }
  }
}

TEST_F(PositiveDefiniteTest, RefusesWhatIsNot) {
  for (const int64_t n : {3, 1600}) {
    auto A = matrix(n, 10);
    A.diagonal().sub_(0.5);
    EXPECT_THAT(
        mistake([&] { solve_positive_definite(A, at::ones({n, 1}, at::kDouble), "the Gram matrix"); }),
        HasSubstr("the Gram matrix is not positive definite"));
  }
}

TEST(Memory, IsAskedForBeforeItIsTaken) {
  require_memory(1e6, "a megabyte", "nothing");
  EXPECT_THAT(mistake([] { require_memory(1e18, "a Gram matrix", "take fewer rows"); }),
              testing::AllOf(HasSubstr("a Gram matrix takes 931322575 GiB"), HasSubstr("take fewer rows")));
}

}  // namespace
}  // namespace spinlab::models
