#include "src/theory/empirical/tangent_kernel.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>

#include "src/theory/kernels/network_kernel.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::theory {
namespace {

using namespace models;

at::Tensor weights(at::IntArrayRef sizes) {
  return (at::randn(sizes, at::kDouble) / std::sqrt(static_cast<double>(sizes.back()))).requires_grad_();
}

/// A network as a sequence of layers, and as a function of its parameters.
struct Both {
  PlainLayers layers;
  std::vector<at::Tensor> parameters;
  Forward forward;
};

Both dense_network() {
  const auto W = weights({7, 5}), b = weights({7}), V = weights({3, 7});
  return {{LinearLayer{W, b}, ActivationLayer{"tanh"}, DropoutLayer{0.5}, LinearLayer{V, {}}},
          {W, b, V},
          [=](const at::Tensor& x) { return at::linear(at::linear(x, W, b).tanh(), V); }};
}

/// Behind its second hidden layer follow weights alone, and then perhaps a nonlinearity.
Both deep_network(bool ends_curved) {
  const auto W = weights({6, 5}), V = weights({4, 6}), b = weights({4}), U = weights({5, 4}),
             T = weights({3, 5});
  Both net{{LinearLayer{W, {}}, ActivationLayer{"gelu"}, LinearLayer{V, b}, ActivationLayer{"tanh"},
            LinearLayer{U, {}}, LinearLayer{T, {}}},
           {W, V, b, U, T},
           [=](const at::Tensor& x) {
             const auto h = at::linear(at::gelu(at::linear(x, W)), V, b).tanh();
             const auto f = at::linear(at::linear(h, U), T);
             return ends_curved ? at::sigmoid(f) : f;
           }};
  if (ends_curved) net.layers.push_back(ActivationLayer{"sigmoid"});
  return net;
}

/// Padding, strides, both poolings, a layer without bias.
Both convolutional_network() {
  const auto W = weights({4, 2, 3, 3}), b = weights({4}), V = weights({3, 4, 3, 3}), U = weights({2, 3}),
             c = weights({2});
  return {{Conv2dLayer{W, b, 1, 1}, ActivationLayer{"gelu"}, PoolingLayer{Pooling::kMaximum, 2},
           Conv2dLayer{V, {}, 2, 1}, PoolingLayer{Pooling::kAverage, 2}, FlattenLayer{}, LinearLayer{U, c}},
          {W, b, V, U, c},
          [=](const at::Tensor& x) {
            const auto h = at::max_pool2d(at::gelu(at::conv2d(x, W, b, 1, 1)), 2);
            return at::linear(at::avg_pool2d(at::conv2d(h, V, {}, 2, 1), 2).flatten(1), U, c);
          }};
}

class TangentKernelTest : public SpinlabTest {
 protected:
  static void expect_equal(const Both& net, const at::Tensor& X, const at::Tensor& Z) {
    for (const auto outputs : {Outputs::kAll, Outputs::kMean}) {
      const auto expected = tangent_kernel(net.forward, net.parameters, X, Z, outputs);
      EXPECT_CLOSE(tangent_kernel(net.layers, X, Z, outputs), expected, rtol(1e-10) + atol(1e-12));
      EXPECT_CLOSE(tangent_kernel(net.forward, net.parameters, X, Z, outputs, /*memory=*/1), expected,
                   rtol(1e-10) + atol(1e-12));
      EXPECT_CLOSE(tangent_kernel(net.forward, net.parameters, X, outputs),
                   tangent_kernel(net.forward, net.parameters, X, X, outputs, /*memory=*/1),
                   rtol(1e-12) + atol(1e-14));
      EXPECT_CLOSE(tangent_kernel(net.layers, X, outputs), tangent_kernel(net.layers, X, X, outputs),
                   rtol(1e-12) + atol(1e-14));
    }
  }
};

TEST_F(TangentKernelTest, LayersAndBackwardPassesAgree) {
  expect_equal(dense_network(), at::randn({6, 5}, at::kDouble), at::randn({4, 5}, at::kDouble));
  for (const bool ends_curved : {false, true})
    expect_equal(deep_network(ends_curved), at::randn({1, 5}, at::kDouble), at::randn({4, 5}, at::kDouble));
  expect_equal(convolutional_network(), at::randn({3, 2, 8, 8}, at::kDouble),
               at::randn({2, 2, 8, 8}, at::kDouble));
}

/// Passes are counted by a hook on the outputs: every input and output once where the gradients fit, and
/// where two rows' do, those of the larger set once for each of the smaller.
TEST_F(TangentKernelTest, GradientsThatFitAreMadeOnce) {
  const auto net = dense_network();
  int64_t passes = 0;
  const Forward counted = [&](const at::Tensor& x) {
    auto f = net.forward(x);
    if (f.requires_grad()) f.register_hook([&](const at::Tensor&) { ++passes; });
    return f;
  };
  const auto X = at::randn({6, 5}, at::kDouble), Z = at::randn({4, 5}, at::kDouble);
  const auto count = [&](const auto&... inputs) {
    passes = 0;
    tangent_kernel(counted, net.parameters, inputs...);
    return passes / 3;
  };
  EXPECT_EQ(count(X, Z, Outputs::kMean), 6 + 4);
  EXPECT_EQ(count(Z, X, Outputs::kAll), 6 + 4);
  EXPECT_EQ(count(X, Outputs::kAll), 6);
  EXPECT_EQ(count(X, Z, Outputs::kMean, /*memory=*/1), 4 + 4 * 6);
}

/// A step along the gradients of f_o(x) changes f_o'(x') by the kernel, to first order.
TEST_F(TangentKernelTest, IsWhatAStepAtOneInputDoesAtAnother) {
  const auto net = dense_network();
  const auto X = at::randn({2, 5}, at::kDouble);
  const auto kernel = tangent_kernel(net.layers, X, Outputs::kAll);
  constexpr double kStep = 1e-5;
  net.forward(X)[0][1].backward();
  const at::NoGradGuard by_hand;
  const auto move = [&](double by) {
    for (const auto& parameter : net.parameters) at::Tensor(parameter).add_(parameter.grad(), by);
  };
  move(kStep);
  const auto above = net.forward(X);
  move(-2 * kStep);
  EXPECT_CLOSE((above - net.forward(X)) / (2 * kStep), kernel.select(0, 0).select(1, 1),
               rtol(1e-7) + atol(1e-8));
}

/// A wide network's kernel is that of infinite width: of N = 4096 the deviation of an element is about its
/// size times sqrt(c/N), c of order 10; 0.3 of it is six such.
TEST_F(TangentKernelTest, AtLargeWidthItIsTheInfiniteOne) {
  constexpr int64_t kWidth = 4096;
  const auto W = at::randn({kWidth, 5}, at::kDouble) * std::sqrt(2.0 / 5);
  const auto V = at::randn({1, kWidth}, at::kDouble) * std::sqrt(2.0 / kWidth);
  const auto X = at::randn({6, 5}, at::kDouble);
  const auto found =
      tangent_kernel({LinearLayer{W, {}}, ActivationLayer{"relu"}, LinearLayer{V, {}}}, X, Outputs::kMean);
  const DenseOptions first{std::sqrt(2.0), 0, Parametrization::kStandard, 5},
      second{std::sqrt(2.0), 0, Parametrization::kStandard, kWidth};
  const auto expected = kernels(*sequential({dense(first), activation("relu"), dense(second)}), X).ntk;
  const auto scale = expected.diagonal().sqrt();
  EXPECT_LT(((found - expected).abs() / scale.outer(scale)).max().item<double>(), 0.3);
}

TEST_F(TangentKernelTest, BadInputIsSaidInALine) {
  const auto net = dense_network();
  const auto says = [](const char* what) {
    return testing::ThrowsMessage<c10::ValueError>(testing::HasSubstr(what));
  };
  const auto X = at::randn({2, 5}, at::kDouble);
  EXPECT_THAT([&] { tangent_kernel(net.layers, X, at::randn({2, 6}, at::kDouble), Outputs::kAll); },
              says("one shape"));
  EXPECT_THAT([&] { tangent_kernel({ActivationLayer{"relu"}}, X, Outputs::kAll); }, says("no weights"));
  EXPECT_THAT([&] { tangent_kernel(net.forward, {}, X, X, Outputs::kAll); }, says("needs parameters"));
}

}  // namespace
}  // namespace spinlab::theory
