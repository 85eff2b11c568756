#include "models/networks/mlp.h"

#include <ATen/ATen.h>

#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

class MLPTest : public SpinlabTest {};

at::Tensor parameter(const MLP& model, const std::string& name) { return model->named_parameters()[name]; }

TEST_F(MLPTest, IsItsFormulaLayerByLayer) {
  MLP model(MLPOptions(6, {5, 4}, 3).activation("tanh"));
  const auto x = at::randn({7, 2, 3});
  auto z = x.reshape({7, 6});
  for (const auto* layer : {"layer0", "layer1"}) {
    z = at::tanh(z.mm(parameter(model, std::string(layer) + ".weight").t()) +
                 parameter(model, std::string(layer) + ".bias"));
  }
  z = z.mm(parameter(model, "layer2.weight").t()) + parameter(model, "layer2.bias");
  EXPECT_CLOSE(model->forward(x), z, rtol(1e-5) + atol(1e-6));
}

TEST_F(MLPTest, DropsOnlyInTraining) {
  MLP model(MLPOptions(8, {256}, 4).dropout(0.5));
  const auto x = at::randn({2, 8});
  model->eval();
  EXPECT_CLOSE(model->forward(x), model->forward(x), atol(0));
  model->train();
  // 256 units dropped alike twice: probability 2^-256.
  EXPECT_FALSE(at::equal(model->forward(x), model->forward(x)));
}

TEST_F(MLPTest, WithoutHiddenLayersIsAffine) {
  MLP model(MLPOptions(3, {}, 2));
  const auto x = at::randn({4, 3}), y = at::randn({4, 3}), zero = at::zeros({4, 3});
  EXPECT_CLOSE(model->forward(x + y), model->forward(x) + model->forward(y) - model->forward(zero),
               rtol(1e-5) + atol(1e-6));
}

TEST_F(MLPTest, ACloneHasItsOwnWeights) {
  MLP model(MLPOptions(3, {4}, 2));
  const auto copy = std::dynamic_pointer_cast<MLPImpl>(model->clone());
  const auto x = at::randn({2, 3});
  const auto before = model->forward(x).detach().clone();
  EXPECT_CLOSE(copy->forward(x), before, atol(0));
  {
    const at::NoGradGuard no_graph;
    for (auto& weight : copy->parameters()) weight.zero_();
  }
  EXPECT_CLOSE(model->forward(x), before, atol(0));
  EXPECT_CLOSE(copy->forward(x), at::zeros({2, 2}), atol(0));
}

}  // namespace
}  // namespace spinlab::models
