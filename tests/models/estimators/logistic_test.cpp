#include "models/estimators/logistic.h"

#include <ATen/ATen.h>

#include <cmath>

#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

class LogisticRegressionTest : public SpinlabTest {
 protected:
  at::Tensor X_ = at::randn({90, 4}, at::kDouble);
  at::Tensor y_ = (X_.slice(1, 0, 3) + 0.8 * at::randn({90, 3}, at::kDouble)).argmax(1);
};

TEST_F(LogisticRegressionTest, EndsWhereAutogradFindsNoSlope) {
  LogisticRegression model(3, 0.05, 500);
  model.fit(X_, y_);
  const auto W = model.weights().clone().requires_grad_(), b = model.intercept().clone().requires_grad_();
  const auto loss = at::cross_entropy_loss(at::addmm(b, X_, W), y_) + W.square().sum() * 0.025;
  loss.backward();
  EXPECT_CLOSE(W.grad(), at::zeros_like(W), atol(1e-6));
  EXPECT_CLOSE(b.grad(), at::zeros_like(b), atol(1e-6));
}

// One binary feature, no penalty: the model is saturated, so its probabilities are the observed frequencies.
TEST_F(LogisticRegressionTest, ReproducesTheFrequenciesOfATwoByTwoTable) {
  const auto x = at::tensor({0., 0., 0., 0., 1., 1., 1., 1.}, at::kDouble).unsqueeze(1);
  const auto y = at::tensor({0, 0, 0, 1, 1, 1, 1, 0}, at::kLong);
  LogisticRegression model(2, 0, 500);
  model.fit(x, y);
  const auto p = model.probabilities(at::tensor({0., 1.}, at::kDouble).unsqueeze(1));
  EXPECT_CLOSE(p, at::tensor({0.75, 0.25, 0.25, 0.75}, at::kDouble).reshape({2, 2}), atol(1e-6));
}

TEST_F(LogisticRegressionTest, GoesThroughItsState) {
  LogisticRegression fitted(3, 0.05, 100), restored(3, 0.05, 100), other(4, 0.05, 100);
  fitted.fit(X_, y_);
  restored.load_state(fitted.state());
  EXPECT_CLOSE(restored.predict(X_), fitted.predict(X_), atol(0));
  EXPECT_GT(score(fitted, X_, y_), 0.5);
  EXPECT_THROW(other.load_state(fitted.state()), c10::ValueError);
}

}  // namespace
}  // namespace spinlab::models
