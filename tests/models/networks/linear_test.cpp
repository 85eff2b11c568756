#include "models/networks/linear.h"

#include <ATen/ATen.h>

#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

class LinearModelTest : public SpinlabTest {};

TEST_F(LinearModelTest, IsAnAffineMapOfTheFlattenedInput) {
  LinearModel model(LinearModelOptions(6, 2));
  const auto x = at::randn({3, 1, 2, 3});
  const auto weight = model->named_parameters()["map.weight"], bias = model->named_parameters()["map.bias"];
  EXPECT_CLOSE(model->forward(x), x.reshape({3, 6}).mm(weight.t()) + bias, rtol(1e-5) + atol(1e-6));
}

TEST_F(LinearModelTest, SoftmaxRegressionHasTheGradientOfTheTextbook) {
  LinearModel model(LinearModelOptions(4, 3));
  const auto x = at::randn({5, 4});
  const auto y = at::tensor({0, 2, 1, 1, 0}, at::kLong);
  const auto logits = model->forward(x);
  at::cross_entropy_loss(logits, y).backward();
  // Bishop, PRML, eq. 4.109: the gradient of w_k is the mean of (p_k - t_k) x.
  const auto error = logits.detach().softmax(1) - at::one_hot(y, 3);
  EXPECT_CLOSE(model->named_parameters()["map.weight"].grad(), error.t().mm(x) / 5, rtol(1e-5) + atol(1e-6));
  EXPECT_CLOSE(model->named_parameters()["map.bias"].grad(), error.mean(0), rtol(1e-5) + atol(1e-6));
}

}  // namespace
}  // namespace spinlab::models
