#include "models/solvers/svm/linear_pegasos.h"

#include <ATen/ATen.h>

#include <cmath>

#include "models/solvers/svm/linear_dual.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

class PegasosTest : public SpinlabTest {
 protected:
  static constexpr double kLambda = 0.01;

  PegasosWeights found(const PegasosOptions& options) const {
    return pegasos(SparseRows::all_of(X_), y_, options);
  }
  /// In a student edition it is left out.
  bool is_left_out() const {
    return mistake([&] { found({.steps = 1}); }).find("left out") != std::string::npos;
  }
  double objective(const PegasosWeights& machine) const {
    const auto squares =
        machine.weights.square().sum().item<double>() + machine.intercept * machine.intercept;
    const auto margins = y_ * (X_.mv(machine.weights) + machine.intercept);
    return 0.5 * kLambda * squares + (1 - margins).relu().mean().item<double>();
  }
  double least() const {
    const auto n = static_cast<double>(X_.size(0));
    const auto exact =
        linear_dual(SparseRows::all_of(X_), y_.unsqueeze(1), at::full({200}, 1 / (n * kLambda), at::kDouble),
                    {.loss = HingeLoss::kHinge, .tolerance = 1e-9, .max_sweeps = 1'000'000});
    return kLambda * exact.dual[0].item<double>();
  }

  at::Tensor X_ = at::randn({200, 6}, at::kDouble);
  at::Tensor y_ =
      (X_.mv(at::randn({6}, at::kDouble)) + at::randn({200}, at::kDouble)).ge(0).to(at::kDouble) * 2 - 1;
};

// The seed is fixed: no chance.
TEST_F(PegasosTest, ComesNearTheMinimumOfTheDual) {
  if (is_left_out()) GTEST_SKIP();
  const auto minimum = least();
  for (const bool projected : {true, false}) {
    for (const int64_t batch : {1, 20}) {
      const auto machine =
          found({.lambda = kLambda, .steps = 200'000, .batch = batch, .projected = projected});
      EXPECT_GE(objective(machine), minimum - 1e-9);
      EXPECT_LE(objective(machine), minimum * 1.01);
    }
  }
}

TEST_F(PegasosTest, TheFirstStepIsTheFiguresFormula) {
  if (is_left_out()) GTEST_SKIP();
  const auto machine =
      found({.lambda = kLambda, .steps = 1, .projected = false, .averaged = false, .constant = 0});
  const auto all = X_ * y_.unsqueeze(1) / kLambda;
  EXPECT_LE((all - machine.weights).abs().amax(1).min().item<double>(), 1e-12);
  const auto held =
      found({.lambda = kLambda, .steps = 1, .projected = true, .averaged = false, .constant = 0});
  EXPECT_CLOSE(held.weights, machine.weights / machine.weights.norm() / std::sqrt(kLambda), rtol(1e-12));
}

TEST_F(PegasosTest, BadInputIsOneClearLine) {
  const auto rows = SparseRows::all_of(X_);
  EXPECT_THAT(mistake([&] { pegasos(rows, y_ + 1, {}); }), testing::HasSubstr("not -1 or 1"));
  EXPECT_THAT(mistake([&] { pegasos(rows, y_.slice(0, 1), {}); }), testing::HasSubstr("there are 200 rows"));
  EXPECT_THAT(mistake([&] { pegasos(rows, at::ones_like(y_), {}); }), testing::HasSubstr("one label"));
  EXPECT_THAT(mistake([&] { found({.lambda = 0}); }), testing::HasSubstr("must be above 0"));
}

}  // namespace
}  // namespace spinlab::models
