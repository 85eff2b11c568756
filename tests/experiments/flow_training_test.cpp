#include "experiments/flow_training.h"

#include <ATen/ATen.h>

#include "src/core/seed.h"
#include "src/theory/inference/gradient_flow.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::experiments {
namespace {

class FlowTrainingTest : public SpinlabTest {};

/// A network without hidden layers is linear in its parameters: its kernel never moves, and the flow is
/// known.
TEST_F(FlowTrainingTest, OfALinearModelIsTheExactFlow) {
  const DenseNetwork network({5, {}, 2, "tanh", 1.5, 0.2}, make_generator(kSeed, "network"));
  const auto X = at::randn({4, 5}, at::kDouble), Y = at::randn({4, 2}, at::kDouble);
  const auto kernel = network.tangent_kernel(X);
  const theory::GradientFlow flow(kernel, Y);
  const double step = 0.1 / flow.rates()[-1].item<double>();
  FlowTraining training(network, X, Y, step);
  for (const double time : {0.0, 7.3 * step, 40 * step}) {
    training.advance_to(time);
    EXPECT_CLOSE(training.residual() + Y, flow.mean(time, kernel), rtol(1e-5) + atol(1e-6));
  }
}

/// dL/dt = -|∂L/∂ω|² holds for any network: by central differences of L over a short time.
TEST_F(FlowTrainingTest, TheLossFallsByTheSquaredGradient) {
  const DenseNetwork network({3, {6, 5}, 1, "tanh", 1.5, 0.2}, make_generator(kSeed, "network"));
  const auto X = at::randn({4, 3}, at::kDouble), Y = at::randn({4, 1}, at::kDouble);
  FlowTraining training(network, X, Y, 1e-4);
  const auto loss = [&] { return training.residual().square().sum().item<double>() / 2; };
  const double before = loss();
  training.advance_to(1e-3);
  const auto r = training.residual();
  const double slope = r.t().mm(network.tangent_kernel(X)).mm(r).item<double>();
  training.advance_to(2e-3);
  EXPECT_NEAR((before - loss()) / 2e-3, slope, 1e-4 * slope);
}

}  // namespace
}  // namespace spinlab::experiments
