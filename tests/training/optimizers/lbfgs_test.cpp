#include <ATen/ATen.h>

#include "models/estimators/logistic.h"
#include "src/core/seed.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"
#include "tests/training/optimizers/fisher_model.h"

namespace spinlab::training {
namespace {

using testing::HasSubstr;

class LBFGSTest : public SpinlabTest {
 protected:
  static std::unique_ptr<Optimizer> make(const std::vector<NamedParameter>& parameters,
                                         const Json& changes = Json::object()) {
    Json options = {{"name", "lbfgs"}};
    options.update(changes);
    return make_optimizer(options, parameters, "recipe");
  }

  /// Three classes that overlap, in 5 dimensions of different scale.
  FisherModel overlapping(std::vector<int64_t> hidden = {}) {
    const auto y = at::arange(120).remainder(3);
    auto X = at::randn({120, 5}, generator_, at::kDouble);
    X.select(1, 0) += 0.7 * y;
    X = X * at::tensor({1.0, 3.0, 0.3, 10.0, 1.0}, at::kDouble);
    return fisher_model(std::move(hidden), X, y, kSeed);
  }

  at::Generator generator_ = make_generator(kSeed, "lbfgs");
};

TEST_F(LBFGSTest, ReachesTheOptimumOfLogisticRegression) {
  constexpr double kPenalty = 1e-2;
  const auto model = overlapping();
  models::LogisticRegression logistic(3, {.penalty = kPenalty, .max_iterations = 500});
  const auto said = mistake([&] { logistic.fit(model.inputs, model.targets); });
  if (said.find("left out") != std::string::npos) GTEST_SKIP() << said;  // of a student edition
  const auto optimizer =
      make(model.parameters(), {{"weight_decay", kPenalty}, {"decay_1d", false}, {"history", 50}});
  for (int i = 0; i < 100; ++i) model.step(*optimizer, 1);
  // Both stop at gradients below 1e-7, and the penalty is the least curvature.
  EXPECT_CLOSE(model.parameters()[0].tensor, logistic.weights().t(), atol(1e-5));
  const auto probabilities = model.forward(model.inputs).softmax(1);
  EXPECT_CLOSE(probabilities, logistic.probabilities(model.inputs), atol(1e-5));
}

TEST_F(LBFGSTest, IterationsOfAStepAreStepsOfOneIteration) {
  const auto one = overlapping({4}), other = overlapping({4});
  other.inputs.copy_(one.inputs);
  const auto singly = make(one.parameters()), at_once = make(other.parameters(), {{"iterations", 12}});
  for (int i = 0; i < 12; ++i) one.step(*singly, 0.8);
  other.step(*at_once, 0.8);
  for (size_t i = 0; i < one.parameters().size(); ++i) {
    EXPECT_CLOSE(other.parameters()[i].tensor, one.parameters()[i].tensor, atol(0));
  }
}

TEST_F(LBFGSTest, NeverGoesUpAndStaysAtTheBottom) {
  const auto model = overlapping({6});
  model.inputs.div_(model.inputs.std(0));
  const auto optimizer = make(model.parameters(), {{"weight_decay", 1e-3}, {"history", 50}});
  const auto energy = [&] {
    double sum = model.loss().item<double>();
    for (const auto& [name, p] : model.parameters()) sum += 1e-3 / 2 * p.square().sum().item<double>();
    return sum;
  };
  auto last = energy();
  const auto first = last;
  for (int i = 0; i < 300; ++i) {
    model.step(*optimizer, 1);
    const auto now = energy();
    ASSERT_LE(now, last + 1e-15) << i;
    last = now;
  }
  EXPECT_LT(last, first - 0.2);
  model.loss().backward();
  for (const auto& [name, p] : model.parameters()) {
    EXPECT_CLOSE(p.grad() + 1e-3 * p, at::zeros_like(p), atol(1e-5)) << name;
  }
}

TEST_F(LBFGSTest, WithoutALineSearchTheStepIsTheLearningRate) {
  const auto model = overlapping();
  const auto before = model.parameters()[0].tensor.detach().clone();
  model.loss().backward();
  double norm = 0;
  for (const auto& [name, p] : model.parameters()) norm += p.grad().abs().sum().item<double>();
  const auto gradient = model.parameters()[0].tensor.grad().clone();
  const auto optimizer = make(model.parameters(), {{"line_search", "none"}});
  model.step(*optimizer, 0.3);
  EXPECT_CLOSE(model.parameters()[0].tensor, before - 0.3 * std::min(1.0, 1 / norm) * gradient, rtol(1e-10));
}

TEST_F(LBFGSTest, RefusesWhatCannotBe) {
  const auto model = overlapping();
  const auto scaled = [&](double scale) {
    return mistake(
        [&] { make(model.parameters(), {{"groups", {{{"match", "*.bias"}, {"lr_scale", scale}}}}}); });
  };
  EXPECT_THAT(scaled(0.5), HasSubstr("lbfgs moves all parameters by one step"));
  EXPECT_THAT(scaled(0), HasSubstr("nothing was thrown"));
  EXPECT_THAT(mistake([&] { make(model.parameters(), {{"history", 0}}); }), HasSubstr("history"));
  EXPECT_THAT(mistake([&] { make(model.parameters(), {{"line_search", "wolfe"}}); }),
              HasSubstr("line_search"));
}

}  // namespace
}  // namespace spinlab::training
