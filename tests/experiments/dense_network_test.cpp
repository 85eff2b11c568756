#include "experiments/dense_network.h"

#include <ATen/ATen.h>

#include <cmath>

#include "src/core/seed.h"
#include "src/theory/empirical/tangent_kernel.h"
#include "src/theory/kernels/network_kernel.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::experiments {
namespace {

constexpr double kWeightVariance = 1.7, kBiasVariance = 0.3;

class DenseNetworkTest : public SpinlabTest {
 protected:
  static DenseNetwork network(std::vector<int64_t> hidden, int64_t outputs,
                              double bias_variance = kBiasVariance) {
    return {{5, std::move(hidden), outputs, "tanh", kWeightVariance, bias_variance},
            make_generator(kSeed, "network")};
  }
};

/// ω and β as parameters of their own, by backward passes.
TEST_F(DenseNetworkTest, ItsKernelIsThatOfStandardNormalParameters) {
  for (const double bias_variance : {kBiasVariance, 0.0}) {
    const auto net = network({7, 6}, 3, bias_variance);
    std::vector<at::Tensor> drawn;
    for (const auto& parameter : net.parameters())
      drawn.push_back((parameter.value / std::sqrt(parameter.rate)).requires_grad_(true));
    const auto forward = [&](const at::Tensor& X) {
      auto z = X;
      for (size_t p = 0; p < drawn.size();) {
        if (p > 0) z = z.tanh();
        z = z.mm(drawn[p].t()) * std::sqrt(kWeightVariance / static_cast<double>(z.size(1)));
        ++p;
        if (bias_variance > 0) z = z + std::sqrt(bias_variance) * drawn[p++];
      }
      return z;
    };
    const auto X = at::randn({4, 5}, at::kDouble);
    EXPECT_CLOSE(net(X), forward(X).detach(), rtol(1e-12));
    EXPECT_CLOSE(net.tangent_kernel(X), theory::tangent_kernel(forward, drawn, X, X, theory::Outputs::kMean),
                 rtol(1e-10));
  }
}

/// Of 4096 units an element deviates by about its size times sqrt(c/N), c of order 10: 0.3 is six such.
TEST_F(DenseNetworkTest, AtLargeWidthItsKernelIsTheInfiniteOne) {
  const auto net = network({4096}, 1);
  const auto X = at::randn({4, 5}, at::kDouble);
  const double w = std::sqrt(kWeightVariance), b = std::sqrt(kBiasVariance);
  const auto expected =
      theory::kernels(
          *theory::sequential({theory::dense(w, b), theory::activation("tanh"), theory::dense(w, b)}), X)
          .ntk;
  const auto scale = expected.diagonal().sqrt();
  EXPECT_LT(((net.tangent_kernel(X) - expected).abs() / scale.outer(scale)).max().item<double>(), 0.3);
}

}  // namespace
}  // namespace spinlab::experiments
