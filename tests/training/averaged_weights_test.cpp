#include "src/training/averaged_weights.h"

#include <ATen/ATen.h>

#include "models/networks/mlp.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

class AveragedWeightsTest : public SpinlabTest {};

TEST_F(AveragedWeightsTest, IsTheGeometricSumOfAllThatWere) {
  models::MLP model(models::MLPOptions(2, {}, 1));
  const auto weight = model->parameters()[0];
  const auto start = weight.detach().clone();
  AveragedWeights average(*model, 0.9);
  const at::NoGradGuard no_graph;
  for (int i = 0; i < 20; ++i) {
    weight.fill_(1);
    average.update();
  }
  const double left = std::pow(0.9, 20);
  average.swap();
  EXPECT_CLOSE(weight, left * start + (1 - left), rtol(1e-5));
  average.swap();
  EXPECT_CLOSE(weight, at::ones_like(weight), atol(0));
}

}  // namespace
}  // namespace spinlab::training
