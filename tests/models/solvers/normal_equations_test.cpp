#include "models/solvers/normal_equations.h"

#include <ATen/ATen.h>

#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

class NormalEquationsTest : public SpinlabTest {
 protected:
  /// (n, 6) with singular values from 1 to 1/condition.
  static at::Tensor rows(int64_t n, double condition) {
    const auto U = std::get<0>(at::linalg_qr(at::randn({n, 6}, at::kDouble)));
    const auto V = std::get<0>(at::linalg_qr(at::randn({6, 6}, at::kDouble)));
    const auto values = at::pow(condition, -at::arange(6, at::kDouble) / 5);
    return (U * values).mm(V);
  }
  at::Tensor Y_ = at::randn({200, 2}, at::kDouble) + 1;
};

// Rows that lie on a plane, whose weights are known exactly. By the normal equations alone the error is the
// square of the condition number times 1e-16, by QR it is the number itself.
TEST_F(NormalEquationsTest, RefinedLoseNoMoreThanQr) {
  for (const double condition : {10.0, 1e3, 3e3}) {
    const auto X = rows(200, condition) + 2, W = at::randn({6, 2}, at::kDouble);
    const auto Y = X.mm(W) - 3;
    for (const auto products : {at::kDouble, at::kFloat}) {
      if (products == at::kFloat && condition > 10) continue;  // its square is beyond what float32 allows
      const auto found = NormalEquations(moments(X, Y, products), 0, true).refined(X, Y);
      EXPECT_CLOSE(found.weights, W, atol(1e-13 * condition)) << condition << ' ' << products;
      EXPECT_CLOSE(found.intercept, at::full({2}, -3, at::kDouble), atol(1e-12 * condition));
    }
  }
}

TEST_F(NormalEquationsTest, MeetTheirCondition) {
  for (const double penalty : {1e-6, 0.1}) {
    const auto X = rows(200, 1e3) + 2;
    const auto found = NormalEquations(moments(X, Y_), penalty, true).solution();
    const auto residual = Y_ - X.mm(found.weights) - found.intercept;
    EXPECT_CLOSE((X - X.mean(0)).t().mm(residual) / 200, penalty * found.weights, rtol(1e-9) + atol(1e-12));
    EXPECT_CLOSE(residual.mean(0), at::zeros({2}, at::kDouble), atol(1e-11));
  }
}

TEST_F(NormalEquationsTest, KnowTheirCondition) {
  const auto X = rows(200, 1e3);
  const auto centred = X - X.mean(0);
  const auto scaled = centred / centred.norm(2, {0});
  const auto s = at::linalg_svdvals(scaled);
  const auto exact = (s[0] / s[5]).square().item<double>();
  const auto found = NormalEquations(moments(X, Y_), 0, true).condition();
  EXPECT_GT(found, exact / 2);
  EXPECT_LT(found, exact * 3);
  EXPECT_GT(NormalEquations(moments(at::ones({200, 2}, at::kDouble), Y_), 0, true).condition(), 1e300);
}

TEST_F(NormalEquationsTest, WithoutAnInterceptNothingIsSubtracted) {
  const auto X = rows(200, 10) + 1;
  const auto found = NormalEquations(moments(X, Y_), 0.3, false).solution();
  EXPECT_CLOSE(found.intercept, at::zeros({2}, at::kDouble), atol(0));
  EXPECT_CLOSE(X.t().mm(Y_ - X.mm(found.weights)) / 200, 0.3 * found.weights, rtol(1e-10) + atol(1e-12));
}

}  // namespace
}  // namespace spinlab::models
