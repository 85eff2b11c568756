#include "src/training/passes/plain_pass.h"

#include <ATen/ATen.h>

#include "models/layers/activation.h"
#include "models/registry.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

using models::ActivationLayer;
using models::Conv2dLayer;
using models::DropoutLayer;
using models::FlattenLayer;
using models::LinearLayer;
using models::PlainLayers;
using models::Pooling;
using models::PoolingLayer;

at::Tensor parameter(std::vector<int64_t> sizes) {
  return (at::randn(sizes, at::kDouble) * 0.4).set_requires_grad(true);
}

LinearLayer linear(int64_t inputs, int64_t outputs) {
  return {parameter({outputs, inputs}), parameter({outputs})};
}

Conv2dLayer conv(int64_t inputs, int64_t outputs, int64_t size, int64_t stride = 1, int64_t padding = 0) {
  return {parameter({outputs, inputs, size, size}), parameter({outputs}), stride, padding};
}

/// What the descriptions mean, said once more, in operations that autograd knows.
struct Meaning {
  at::Tensor x;

  at::Tensor operator()(const LinearLayer& layer) const { return at::linear(x, layer.weight, layer.bias); }
  at::Tensor operator()(const Conv2dLayer& layer) const {
    return at::conv2d(x, layer.weight, layer.bias, layer.stride, layer.padding);
  }
  at::Tensor operator()(const ActivationLayer& layer) const { return models::activation(layer.name)(x); }
  at::Tensor operator()(const DropoutLayer& layer) const { return at::dropout(x, layer.probability, true); }
  at::Tensor operator()(const PoolingLayer& layer) const {
    return layer.kind == Pooling::kMaximum ? at::max_pool2d(x, layer.size) : at::avg_pool2d(x, layer.size);
  }
  at::Tensor operator()(const FlattenLayer&) const { return x.flatten(1); }
};

at::Tensor with_graph(const PlainLayers& layers, at::Tensor x) {
  for (const auto& layer : layers) x = std::visit(Meaning{x}, layer);
  return x;
}

std::vector<at::Tensor> parameters(const PlainLayers& layers) {
  std::vector<at::Tensor> all;
  for (const auto& layer : layers) {
    if (const auto* map = std::get_if<LinearLayer>(&layer)) all.insert(all.end(), {map->weight, map->bias});
    if (const auto* map = std::get_if<Conv2dLayer>(&layer)) all.insert(all.end(), {map->weight, map->bias});
  }
  std::erase_if(all, [](const at::Tensor& tensor) { return !tensor.defined(); });
  return all;
}

void change_type(const PlainLayers& layers, at::ScalarType type) {
  for (auto& tensor : parameters(layers)) tensor.set_data(tensor.detach().to(type));
}

std::vector<at::Tensor> take_gradients(const PlainLayers& layers) {
  std::vector<at::Tensor> all;
  for (auto& tensor : parameters(layers)) {
    all.push_back(tensor.grad().clone());
    tensor.mutable_grad().reset();
  }
  return all;
}

struct PassCase {
  const char* name;
  PlainLayers (*layers)();
  std::vector<int64_t> input;
};

PlainLayers mlp_with(const char* activation) {
  return {linear(7, 5), ActivationLayer{activation}, linear(5, 6), ActivationLayer{activation}, linear(6, 3)};
}

const PassCase kCases[] = {
    {"relu", [] { return mlp_with("relu"); }, {7}},
    {"tanh", [] { return mlp_with("tanh"); }, {7}},
    {"sigmoid", [] { return mlp_with("sigmoid"); }, {7}},
    {"gelu", [] { return mlp_with("gelu"); }, {7}},
    {"identity", [] { return mlp_with("identity"); }, {7}},
    {"linear_alone", [] { return PlainLayers{linear(4, 1)}; }, {4}},
    {"no_bias",
     [] {
       return PlainLayers{LinearLayer{parameter({3, 4}), {}}, ActivationLayer{"tanh"},
                          LinearLayer{parameter({2, 3}), {}}};
     },
     {4}},
    {"flattened", [] { return PlainLayers{FlattenLayer{}, linear(12, 4)}; }, {1, 3, 4}},
    {"activation_first_and_last",
     [] { return PlainLayers{ActivationLayer{"relu"}, linear(4, 3), ActivationLayer{"sigmoid"}}; },
     {4}},
    {"activations_in_a_row",
     [] {
       return PlainLayers{linear(4, 3),
                          ActivationLayer{"sigmoid"},
                          ActivationLayer{"tanh"},
                          ActivationLayer{"gelu"},
                          ActivationLayer{"relu"},
                          linear(3, 2)};
     },
     {4}},
    {"dropout",
     [] {
       return PlainLayers{linear(7, 9), ActivationLayer{"relu"}, DropoutLayer{0.4},
                          linear(9, 9), ActivationLayer{"tanh"}, DropoutLayer{0.2},
                          linear(9, 3)};
     },
     {7}},
    {"convolution",
     [] {
       return PlainLayers{conv(2, 3, 3), ActivationLayer{"relu"}, conv(3, 2, 2, 2, 1), FlattenLayer{},
                          linear(18, 3)};
     },
     {2, 6, 6}},
    {"convolution_without_bias",
     [] {
       return PlainLayers{Conv2dLayer{parameter({3, 2, 3, 3}), {}}, ActivationLayer{"tanh"}, FlattenLayer{},
                          linear(27, 2)};
     },
     {2, 5, 5}},
    {"padded_convolution_first",
     [] { return PlainLayers{conv(1, 3, 3, 2, 1), ActivationLayer{"tanh"}, FlattenLayer{}, linear(36, 2)}; },
     {1, 7, 6}},
    {"convolution_of_many_channels_first",
     [] { return PlainLayers{conv(9, 3, 2), ActivationLayer{"tanh"}, FlattenLayer{}, linear(12, 2)}; },
     {9, 3, 3}},
    {"maximum",
     [] {
       return PlainLayers{conv(1, 3, 2), ActivationLayer{"relu"}, PoolingLayer{Pooling::kMaximum, 2},
                          FlattenLayer{}, linear(18, 3)};
     },
     {1, 6, 8}},
    {"average_of_odd_sizes",
     [] {
       return PlainLayers{conv(1, 3, 2), ActivationLayer{"tanh"}, PoolingLayer{Pooling::kAverage, 3},
                          FlattenLayer{}, linear(6, 3)};
     },
     {1, 6, 8}},
    {"pooling_first",
     [] {
       return PlainLayers{PoolingLayer{Pooling::kAverage, 2}, conv(2, 3, 2), ActivationLayer{"gelu"},
                          PoolingLayer{Pooling::kMaximum, 2}, conv(3, 4, 1)};
     },
     {2, 6, 6}},
};

class PlainPassTest : public SpinlabTest {};

class PlainPassCaseTest : public PlainPassTest, public testing::WithParamInterface<PassCase> {
 protected:
  at::Tensor inputs(int64_t rows, at::ScalarType type) {
    auto sizes = GetParam().input;
    sizes.insert(sizes.begin(), rows);
    return at::randn(sizes, type);
  }

  void expect_as_autograd(at::ScalarType type, Tolerance tolerance) {
    const auto layers = GetParam().layers();
    change_type(layers, type);
    PlainPass pass(layers);
    for (const int64_t rows : {5, 5, 1, 8, 3}) {
      const auto x = inputs(rows, type), before = x.clone();
      at::manual_seed(static_cast<std::uint64_t>(rows));
      const auto expected = with_graph(layers, x);
      const auto direction = at::randn_like(expected);
      expected.backward(direction);
      const auto gradients = take_gradients(layers);

      at::manual_seed(static_cast<std::uint64_t>(rows));
      EXPECT_CLOSE(pass.forward(x), expected.detach(), tolerance);
      pass.backward(direction);
      const auto got = take_gradients(layers);
      for (size_t k = 0; k < got.size(); ++k) EXPECT_CLOSE(got[k], gradients[k], tolerance);
      EXPECT_TRUE(at::equal(x, before));
    }
  }
};

TEST_P(PlainPassCaseTest, OutputAndGradientsAreAutogradsInFloat64) {
  expect_as_autograd(at::kDouble, rtol(1e-12) + atol(1e-13));
}

TEST_P(PlainPassCaseTest, OutputAndGradientsAreAutogradsInFloat32) {
  expect_as_autograd(at::kFloat, rtol(1e-5) + atol(1e-5));
}

TEST_P(PlainPassCaseTest, GradientsAreTheSlopesOfTheOutput) {
  constexpr double kStep = 1e-6;
  const auto layers = GetParam().layers();
  PlainPass pass(layers);
  const auto x = inputs(4, at::kDouble);
  const auto output = [&] {
    at::manual_seed(1);
    return pass.forward(x).clone();
  };
  const auto direction = at::randn_like(output());
  output();
  pass.backward(direction.clone());
  const at::NoGradGuard outside_the_graph;
  for (auto& tensor : parameters(layers)) {
    const auto shift = at::randn_like(tensor);
    const auto slope = (tensor.grad() * shift).sum();
    tensor.add_(shift, kStep);
    const auto above = (output() * direction).sum();
    tensor.sub_(shift, 2 * kStep);
    const auto below = (output() * direction).sum();
    tensor.add_(shift, kStep);
    EXPECT_CLOSE(slope, (above - below) / (2 * kStep), rtol(1e-6) + atol(1e-7));
  }
}

/// Linear layers and activations: the same kernels on the same memory layouts.
class PlainPassBitsTest : public PlainPassCaseTest {};

TEST_P(PlainPassBitsTest, GradientsAreAutogradsToTheBit) { expect_as_autograd(at::kFloat, rtol(0)); }

INSTANTIATE_TEST_SUITE_P(All, PlainPassBitsTest, testing::ValuesIn(kCases, kCases + 11),
                         [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(All, PlainPassCaseTest, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST_F(PlainPassTest, GradientsStayInTheirTensorsAndMemoryIsKept) {
  const auto layers = mlp_with("relu");
  PlainPass pass(layers);
  const auto run = [&](int64_t rows) {
    const auto output = pass.forward(at::randn({rows, 7}, at::kDouble));
    pass.backward(at::ones_like(output));
    return output.const_data_ptr();
  };
  const auto memory = run(6);
  const auto gradient = parameters(layers)[0].grad();
  const auto first = gradient.clone();
  parameters(layers)[0].mutable_grad().reset();
  EXPECT_EQ(run(2), memory);
  EXPECT_EQ(run(6), memory);
  EXPECT_TRUE(parameters(layers)[0].grad().is_same(gradient));
  EXPECT_FALSE(at::equal(gradient, first));
}

TEST_F(PlainPassTest, SeesWhatIsCopiedIntoTheParameters) {
  const auto layers = mlp_with("tanh");
  PlainPass pass(layers);
  const auto x = at::randn({3, 7}, at::kDouble);
  pass.forward(x);
  {
    const at::NoGradGuard outside_the_graph;
    for (auto& tensor : parameters(layers)) tensor.copy_(at::randn_like(tensor));
  }
  EXPECT_CLOSE(pass.forward(x), with_graph(layers, x).detach(), rtol(1e-12));
}

TEST_F(PlainPassTest, PredictsWithoutDropoutAlsoInInferenceModeAndTrainsAfterwards) {
  const PlainLayers layers{linear(4, 50), ActivationLayer{"relu"}, DropoutLayer{0.5}, linear(50, 2)};
  const PlainLayers without{layers[0], layers[1], layers[3]};
  PlainPass pass(layers);
  const auto x = at::randn({3, 4}, at::kDouble);
  const auto expected = with_graph(without, x).detach();
  {
    const c10::InferenceMode mode;
    EXPECT_CLOSE(pass.predict(x), expected, rtol(1e-12));
  }
  const auto output = pass.forward(x);
  EXPECT_FALSE(at::allclose(output, expected));
  EXPECT_FALSE(output.requires_grad());
  pass.backward(at::ones_like(output));
  EXPECT_GT(parameters(layers)[0].grad().abs().sum().item<double>(), 0);
}

TEST_F(PlainPassTest, WithoutParametersItIsStillAForwardPass) {
  PlainPass pass({FlattenLayer{}, ActivationLayer{"tanh"}});
  const auto x = at::randn({3, 2, 2}, at::kDouble);
  EXPECT_CLOSE(pass.forward(x), x.flatten(1).tanh(), rtol(1e-12));
  pass.backward(at::ones({3, 4}, at::kDouble));
}

TEST_F(PlainPassTest, RefusesWhatHasNoMeaning) {
  EXPECT_THROW(PlainPass({}), c10::ValueError);
  EXPECT_THROW(PlainPass({linear(2, 2), ActivationLayer{"rleu"}}), c10::ValueError);
  PlainPass pass({linear(2, 2)});
  const auto ones = at::ones({1, 2}, at::kDouble);
  EXPECT_THROW(pass.backward(ones), c10::Error);
  pass.forward(ones);
  pass.predict(ones);
  EXPECT_THROW(pass.backward(ones), c10::Error);
}

struct ModelCase {
  const char* name;
  Json options;
  std::vector<int64_t> input;
};

class PlainPassModelTest : public PlainPassTest, public testing::WithParamInterface<ModelCase> {};

TEST_P(PlainPassModelTest, DoesWhatTheModulesForwardDoes) {
  const auto& [name, options, input] = GetParam();
  const auto network = models::make_network(options, {input, 5, true}, "test");
  network.module->to(at::kDouble);
  ASSERT_FALSE(network.plain_layers.empty());
  PlainPass pass(network.plain_layers);
  auto sizes = input;
  sizes.insert(sizes.begin(), 3);
  const auto x = at::randn(sizes, at::kDouble);
  at::manual_seed(1);
  const auto expected = network.forward({x});
  const auto direction = at::randn_like(expected);
  expected.backward(direction);
  std::vector<at::Tensor> gradients;
  for (const auto& tensor : network.module->parameters()) gradients.push_back(tensor.grad().clone());

  at::manual_seed(1);
  EXPECT_CLOSE(pass.forward(x), expected.detach(), rtol(1e-12) + atol(1e-13));
  pass.backward(direction);
  const auto all = network.module->parameters();
  for (size_t k = 0; k < all.size(); ++k)
    EXPECT_CLOSE(all[k].grad(), gradients[k], rtol(1e-11) + atol(1e-13));
  network.module->eval();
  EXPECT_CLOSE(pass.predict(x), network.forward({x}).detach(), rtol(1e-12) + atol(1e-13));
}

INSTANTIATE_TEST_SUITE_P(
    All, PlainPassModelTest,
    testing::Values(ModelCase{"linear", {{"name", "linear"}}, {1, 4, 4}},
                    ModelCase{"mlp", {{"name", "mlp"}, {"hidden", {9, 8}}, {"activation", "gelu"}}, {7}},
                    ModelCase{"mlp_dropout", {{"name", "mlp"}, {"dropout", 0.3}}, {1, 5, 5}},
                    ModelCase{"mlp_without_hidden_layers", {{"name", "mlp"}, {"hidden", Json::array()}}, {7}},
                    ModelCase{"lenet5", {{"name", "lenet5"}}, {1, 28, 28}},
                    ModelCase{"lenet5_maximum_of_colours",
                              {{"name", "lenet5"}, {"pooling", "max"}, {"activation", "relu"}},
                              {3, 32, 32}}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace spinlab::training
