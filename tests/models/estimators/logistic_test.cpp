#include "models/estimators/logistic.h"

#include <ATen/ATen.h>

#include <cmath>

#include "datasets/dataset.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

class LogisticRegressionTest : public SpinlabTest {
 protected:
  at::Tensor X_ = at::randn({90, 4}, at::kDouble);
  at::Tensor y_ = (X_.slice(1, 0, 3) + 0.8 * at::randn({90, 3}, at::kDouble)).argmax(1);
};

TEST_F(LogisticRegressionTest, EndsWhereAutogradFindsNoSlope) {
  LogisticRegression model(3, {.penalty = 0.05});
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
  LogisticRegression model(2, {.penalty = 0});
  model.fit(x, y);
  const auto p = model.probabilities(at::tensor({0., 1.}, at::kDouble).unsqueeze(1));
  EXPECT_CLOSE(p, at::tensor({0.75, 0.25, 0.25, 0.75}, at::kDouble).reshape({2, 2}), atol(1e-6));
}

TEST_F(LogisticRegressionTest, GoesThroughItsState) {
  LogisticRegression fitted(3, {}), restored(3, {}), other(4, {});
  fitted.fit(X_, y_);
  restored.load_state(fitted.state());
  EXPECT_CLOSE(restored.predict(X_), fitted.predict(X_), atol(0));
  EXPECT_GT(score(fitted, X_, y_), 0.5);
  EXPECT_THROW(other.load_state(fitted.state()), c10::ValueError);
}

using Solver = LogisticOptions::Solver;

TEST_F(LogisticRegressionTest, NewtonAndLbfgsFindTheSameOptimum) {
  const auto far = X_ + 50;
  for (const double penalty : {0.0, 1e-3, 1.0}) {
    LogisticRegression newton(3, {.penalty = penalty, .solver = Solver::kNewton, .tolerance = 1e-11});
    LogisticRegression lbfgs(
        3, {.penalty = penalty, .solver = Solver::kLbfgs, .max_iterations = 2000, .tolerance = 1e-11});
    newton.fit(far, y_);
    lbfgs.fit(far, y_);
    EXPECT_CLOSE(newton.probabilities(far), lbfgs.probabilities(far), atol(1e-7)) << "penalty " << penalty;
    if (penalty > 0) EXPECT_CLOSE(newton.weights(), lbfgs.weights(), atol(1e-7));
  }
}

TEST_F(LogisticRegressionTest, AbsoluteValuesMeetTheirOptimalityConditions) {
  const auto X = at::cat({X_, at::randn({90, 30}, at::kDouble)}, 1);
  for (const double ratio : {1.0, 0.5}) {
    constexpr double kPenalty = 0.05;
    LogisticRegression model(3, {.penalty = kPenalty, .l1_ratio = ratio, .tolerance = 1e-10});
    model.fit(X, y_);
    const auto W = model.weights();
    const auto slope = SoftmaxLoss(X, y_, 3).slope(W, model.intercept());
    const auto g = slope.by_weights + kPenalty * (1 - ratio) * W;
    const auto missed =
        at::where(W != 0, (g + kPenalty * ratio * W.sign()).abs(), (g.abs() - kPenalty * ratio).relu());
    EXPECT_LT(missed.max().item<double>(), 1e-9);
    EXPECT_LT(slope.by_intercept.abs().max().item<double>(), 1e-9);
    EXPECT_GT((W == 0).sum().item<int64_t>(), 50) << "most of 102 weights are not needed";
    EXPECT_GT((W != 0).sum().item<int64_t>(), 3);
  }
}

TEST_F(LogisticRegressionTest, SeparableClassesWithoutAPenaltyEndToo) {
  const auto x = at::tensor({-2., -1., 1., 3.}, at::kDouble).unsqueeze(1);
  LogisticRegression model(2, {.penalty = 0});
  model.fit(x, at::tensor({0, 0, 1, 1}, at::kLong));
  EXPECT_TRUE(at::isfinite(model.weights()).all().item<bool>());
  EXPECT_CLOSE(model.probabilities(x).select(1, 1), at::tensor({0., 0., 1., 1.}, at::kDouble), atol(1e-6));
}

class LogisticRegressionDataTest : public RealDataTest {};

// Versicolor against virginica on the four columns as they are. The maximum of the likelihood by Newton's
// method with 50 digits (record_iris_logistic.py).
TEST_F(LogisticRegressionDataTest, IrisHasItsFiveCoefficients) {
  const auto set = datasets::load_dataset(
      {{"name", "iris"}, {"species", {"versicolor", "virginica"}}, {"test_fraction", 0.5}},
      datasets::DataFolders(data("")), 0);
  LogisticRegression model(2, {.penalty = 0, .tolerance = 1e-12});
  model.fit(at::cat({set.train.inputs, set.test.inputs}).to(at::kDouble),
            at::cat({set.train.targets, set.test.targets}));
  const auto slope = model.weights().select(1, 1) - model.weights().select(1, 0);
  const auto intercept = model.intercept()[1] - model.intercept()[0];
  EXPECT_CLOSE(slope, at::tensor({-2.46522019519, -6.68088701408, 9.42938515393, 18.2861368879}, at::kDouble),
               rtol(1e-8));
  EXPECT_CLOSE(intercept.item<double>(), -42.637803813, rtol(1e-8));
}

}  // namespace
}  // namespace spinlab::models
