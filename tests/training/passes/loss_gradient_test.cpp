#include "src/training/passes/loss_gradient.h"

#include <ATen/ATen.h>

#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

class LossGradientTest : public SpinlabTest {
 protected:
  /// `loss`: the same with a graph.
  template <typename Loss>
  void expect_as_autograd(LossGradient& ours, const at::Tensor& output, const at::Tensor& targets,
                          Loss loss) {
    const auto tolerance =
        output.scalar_type() == at::kDouble ? rtol(1e-12) + atol(1e-14) : rtol(1e-5) + atol(1e-7);
    const auto leaf = output.clone().set_requires_grad(true);
    const auto expected = loss(leaf);
    expected.backward();
    ours.compute(output, targets);
    EXPECT_CLOSE(ours.loss(), expected.detach(), tolerance);
    EXPECT_CLOSE(ours.gradient(), leaf.grad(), tolerance);
  }
};

TEST_F(LossGradientTest, CrossEntropyIsAutogradsWithAndWithoutSmoothing) {
  for (const auto type : {at::kDouble, at::kFloat}) {
    for (const double smoothing : {0.0, 0.1}) {
      CrossEntropyGradient ours(smoothing);
      for (const int64_t rows : {6, 1, 9, 9}) {
        const auto targets = at::randint(0, 4, {rows}, at::kLong);
        expect_as_autograd(ours, 3 * at::randn({rows, 4}, type), targets, [&](const at::Tensor& output) {
          return at::cross_entropy_loss(output, targets, {}, at::Reduction::Mean, -100, smoothing);
        });
      }
    }
  }
}

TEST_F(LossGradientTest, LargeLogitsStayFinite) {
  CrossEntropyGradient ours;
  ours.compute(at::tensor({1e4F, 0.F, 0.F, 1e4F}).view({2, 2}), at::zeros({2}, at::kLong));
  EXPECT_CLOSE(ours.loss(), at::full({}, 5e3F), rtol(1e-6));
  EXPECT_CLOSE(ours.gradient(), at::tensor({0.F, 0.F, -0.5F, 0.5F}).view({2, 2}), atol(1e-7));
}

TEST_F(LossGradientTest, SquaredErrorIsAutograds) {
  for (const auto type : {at::kDouble, at::kFloat}) {
    SquaredErrorGradient ours;
    for (const int64_t rows : {6, 1, 9, 9}) {
      const auto targets = at::randn({rows, 2}, type);
      expect_as_autograd(ours, at::randn({rows, 2}, type), targets,
                         [&](const at::Tensor& output) { return at::mse_loss(output, targets); });
    }
  }
}

TEST_F(LossGradientTest, SquaredErrorOfShapesThatDifferIsRefused) {
  SquaredErrorGradient ours;
  EXPECT_THROW(ours.compute(at::zeros({3, 1}), at::zeros({3})), c10::Error);
}

TEST_F(LossGradientTest, AnyOtherLossGoesByAGraphFromTheOutputOn) {
  const auto loss = [](const at::Tensor& output, const at::Tensor& targets) {
    return (output - targets).abs().pow(3).mean();
  };
  GraphLossGradient ours(loss);
  const at::NoGradGuard outside_a_graph;
  for (const int64_t rows : {4, 1, 5}) {
    const auto output = at::randn({rows, 2}, at::kDouble), targets = at::randn({rows, 2}, at::kDouble);
    ours.compute(output, targets);
    const auto distance = output - targets;
    EXPECT_CLOSE(ours.loss(), loss(output, targets), rtol(1e-12));
    EXPECT_CLOSE(ours.gradient(), 3 * distance * distance.abs() / static_cast<double>(2 * rows), rtol(1e-12));
    EXPECT_FALSE(ours.loss().requires_grad());
  }
}

}  // namespace
}  // namespace spinlab::training
