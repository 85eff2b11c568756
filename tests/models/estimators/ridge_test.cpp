#include "models/estimators/ridge.h"

#include <ATen/ATen.h>

#include "datasets/dataset.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

class RidgeTest : public SpinlabTest {
 protected:
  at::Tensor X_ = at::randn({40, 5}, at::kDouble);
  at::Tensor y_ =
      X_.matmul(at::tensor({1.0, -2.0, 0.0, 3.0, 0.5}, at::kDouble)) + 4 + 0.1 * at::randn({40}, at::kDouble);
};

TEST_F(RidgeTest, SatisfiesItsNormalEquations) {
  for (const double penalty : {0.0, 0.3, 10.0}) {
    Ridge model(penalty);
    model.fit(X_, y_);
    const auto residual = y_ - model.predict(X_);
    const auto centred = X_ - X_.mean(0);
    EXPECT_CLOSE(centred.t().mv(residual) / 40, penalty * model.weights().squeeze(1),
                 rtol(1e-9) + atol(1e-12));
    EXPECT_CLOSE(residual.sum().item<double>(), 0, atol(1e-10));
  }
}

TEST_F(RidgeTest, OfManySolutionsTakesTheShortest) {
  const auto doubled = at::cat({X_, X_.slice(1, 0, 2)}, 1);
  Ridge model(0);
  model.fit(doubled, y_);
  const auto centred = doubled - doubled.mean(0);
  EXPECT_CLOSE(model.weights().squeeze(1), at::linalg_pinv(centred).mv(y_ - y_.mean()),
               rtol(1e-8) + atol(1e-10));
}

// Many rows: normal equations by float32, by float64, and QR, as the condition number wants. All of them find
// the weights of rows on a plane to what the condition allows.
TEST_F(RidgeTest, ManyRowsLoseNoDigitsWhateverTheirCondition) {
  for (const double condition : {3.0, 1e3, 1e7}) {
    const auto U = std::get<0>(at::linalg_qr(at::randn({20'000, 8}, at::kDouble)));
    const auto V = std::get<0>(at::linalg_qr(at::randn({8, 8}, at::kDouble)));
    const auto X = (U * at::pow(condition, -at::arange(8, at::kDouble) / 7)).mm(V),
               w = at::randn({8}, at::kDouble);
    Ridge model(0);
    model.fit(X, X.mv(w) + 2);
    EXPECT_CLOSE(model.weights().view(-1), w, atol(1e-14 * condition) + rtol(1e-12)) << condition;
  }
}

TEST_F(RidgeTest, ScoreIsOneForAPerfectFitAndZeroForTheMean) {
  Ridge exact(0), mean(1e12);
  const auto line = X_.select(1, 0) * 2 + 1;
  exact.fit(X_, line);
  mean.fit(X_, line);
  EXPECT_CLOSE(score(exact, X_, line), 1, atol(1e-12));
  EXPECT_CLOSE(score(mean, X_, line), 0, atol(1e-9));
}

TEST_F(RidgeTest, GoesThroughItsState) {
  Ridge fitted(0.1), restored(0.1), other(0.1);
  fitted.fit(X_, y_);
  restored.load_state(fitted.state());
  EXPECT_CLOSE(restored.predict(X_), fitted.predict(X_), atol(0));
  EXPECT_THROW(other.load_state({{"weights", X_}}), c10::ValueError);
  EXPECT_THROW(other.predict(X_), c10::Error);
  EXPECT_THROW(other.fit(X_, y_.slice(0, 1)), c10::ValueError);
}

class RidgeDataTest : public RealDataTest {};

// reference-values: least squares on one-hot targets with intercept, ridge → 0, makes 1397 errors on MNIST;
// an affine change of the pixels does not move it.
TEST_F(RidgeDataTest, Makes1397ErrorsOnMnist) {
  const auto set = datasets::load_dataset({{"name", "mnist"}}, datasets::DataFolders(data("")), 0);
  const auto rows = [](const datasets::Split& split) {
    return split.inputs.flatten(1).to(at::kDouble).div_(255);
  };
  Ridge model(0);
  model.fit(rows(set.train), set.train.targets);
  EXPECT_EQ(model.predict(rows(set.test)).ne(set.test.targets).sum().item<int64_t>(), 1397);
}

}  // namespace
}  // namespace spinlab::models
