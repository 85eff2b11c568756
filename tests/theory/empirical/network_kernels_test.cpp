#include "src/theory/empirical/network_kernels.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>

#include "tests/support/spinlab_test.h"

namespace spinlab::theory {
namespace {

using models::Network;

/// In float64, so that two ways can be compared.
Network of_zoo(const Json& options, std::vector<int64_t> input, int64_t outputs) {
  auto made = models::make_network(options, {.input = std::move(input), .outputs = outputs}, "test");
  made.module->to(at::kDouble);
  return made;
}

/// Σ_θ ∂f_o(x)/∂θ ∂f_o'(x')/∂θ of an evaluating network by LibTorch's own backward(), a number at a time.
at::Tensor by_backward(const Network& network, const at::Tensor& X) {
  network.module->eval();
  std::vector<at::Tensor> rows;
  for (int64_t i = 0; i < X.size(0); ++i) {
    const auto outputs = network.forward({X.narrow(0, i, 1)}).size(1);
    for (int64_t o = 0; o < outputs; ++o) {
      network.module->zero_grad();
      network.forward({X.narrow(0, i, 1)})[0][o].backward();
      std::vector<at::Tensor> flat;
      for (const auto& parameter : network.module->parameters())
        if (parameter.grad().defined()) flat.push_back(parameter.grad().flatten().clone());
      rows.push_back(at::cat(flat));
    }
  }
  const auto J = at::stack(rows);
  const auto outputs = J.size(0) / X.size(0);
  return J.mm(J.t()).view({X.size(0), outputs, X.size(0), outputs}).permute({0, 2, 1, 3});
}

class NetworkKernelsTest : public SpinlabTest {
 protected:
  static void expect_the_kernel(const Network& network, const at::Tensor& X) {
    const auto expected = by_backward(network, X);
    network.module->train();
    EXPECT_CLOSE(tangent_kernel(network, X, Outputs::kAll), expected, rtol(1e-9) + atol(1e-11));
    EXPECT_CLOSE(tangent_kernel(network, X.narrow(0, 0, 1), X, Outputs::kMean),
                 expected.narrow(0, 0, 1).diagonal(0, 2, 3).mean(2), rtol(1e-9) + atol(1e-11));
    EXPECT_TRUE(network.module->is_training());
  }
};

TEST_F(NetworkKernelsTest, PlainNetworksOfTheZooHaveTheirKernels) {
  expect_the_kernel(of_zoo({{"name", "lenet5"}}, {1, 28, 28}, 3), at::randn({3, 1, 28, 28}, at::kDouble));
  expect_the_kernel(of_zoo({{"name", "mlp"}, {"hidden", {9, 7}}, {"dropout", 0.5}}, {6}, 2),
                    at::randn({4, 6}, at::kDouble));
}

/// Its running means are those of some batches, its whitening filters are not trained.
TEST_F(NetworkKernelsTest, ANetworkWithBatchNormHasItsKernelAsItEvaluates) {
  const auto network =
      of_zoo({{"name", "resnet"}, {"filters", 4}, {"widths", {4, 6}}, {"branches", {0, 1}}}, {2, 9, 9}, 3);
  const auto X = at::randn({5, 2, 9, 9}, at::kDouble);
  for (int i = 0; i < 3; ++i) network.forward({2 * X + 1});
  expect_the_kernel(network, X.narrow(0, 0, 3));
}

/// What is not trained has no part in it.
TEST_F(NetworkKernelsTest, FrozenParametersAreLeftOut) {
  const auto network = of_zoo({{"name", "mlp"}, {"hidden", {5}}}, {4}, 2);
  network.module->parameters()[0].set_requires_grad(false);
  expect_the_kernel(network, at::randn({3, 4}, at::kDouble));
}

/// LibTorch draws a linear map of d numbers and its bias evenly from ±1/√d: E f f' = (x·x' + 1)/(3 d) at any
/// width. Over 300 drawings of 64 outputs, all independent, an element has a standard error of at most
/// √((k₁₁k₂₂ + k₁₂²)/19200) (a uniform's fourth moment is below a normal's); six of it for 12 elements fail
/// with a probability of 2.4e-8.
TEST_F(NetworkKernelsTest, OutputsOfALinearMapHaveTheirCovariance) {
  const auto X = at::randn({3, 8}, at::kDouble), Z = at::randn({4, 8}, at::kDouble);
  const auto draw = [] { return of_zoo(Json::object({{"name", "linear"}}), {8}, 64); };
  const auto own = [](const at::Tensor& x) { return (x.square().sum(1) + 1) / 24; };
  const auto expected = (X.mm(Z.t()) + 1) / 24;
  const auto error = ((own(X).outer(own(Z)) + expected.square()) / 19'200).sqrt();
  EXPECT_LT(((output_covariance(draw, X, Z, 300) - expected).abs() / error).max().item<double>(), 6);
}

TEST_F(NetworkKernelsTest, BadInputIsSaidInALine) {
  const auto says = [](const char* what) {
    return testing::ThrowsMessage<c10::ValueError>(testing::HasSubstr(what));
  };
  const auto network = of_zoo({{"name", "mlp"}, {"hidden", {5}}}, {4}, 2);
  const auto X = at::randn({3, 4}, at::kDouble);
  EXPECT_THAT([&] { tangent_kernel(network, X.to(at::kFloat), Outputs::kMean); },
              says("inputs are Float, the network's parameters Double"));
  EXPECT_THAT([&] { output_covariance([&] { return network; }, X, X, 0); }, says("at least one drawing"));
  const Network of_two{network.module, [](const auto& in) { return in.at(1); }, nullptr, {}};
  EXPECT_THAT([&] { tangent_kernel(of_two, X, Outputs::kMean); }, says("takes more"));
  const Network of_places{network.module, [](const auto& in) { return in[0].unsqueeze(1); }, nullptr, {}};
  EXPECT_THAT([&] { tangent_kernel(of_places, X, Outputs::kMean); }, says("needs outputs (n, outputs)"));
}

}  // namespace
}  // namespace spinlab::theory
