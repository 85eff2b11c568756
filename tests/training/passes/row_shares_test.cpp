#include "src/training/passes/row_shares.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "datasets/dataset.h"
#include "src/training/passes/batch_gradient.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

/// A gpt on text whose last places are not judged, the more the later a row comes.
class RowSharesTest : public SpinlabTest {
 protected:
  static constexpr int64_t kTokens = 7, kLength = 6, kRows = 5;

  RowSharesTest() {
    set.name = "letters";
    set.train.inputs = at::randint(kTokens, {kRows, kLength}, at::kLong);
    set.train.targets = at::randint(kTokens, {kRows, kLength}, at::kLong);
    for (int64_t row = 0; row < kRows; ++row)
      set.train.targets[row].slice(0, kLength - row).fill_(datasets::kNotJudged);
    set.test = set.train;
    for (int64_t token = 0; token < kTokens; ++token) set.classes.push_back(std::to_string(token));
    objective =
        make_objective(objective_with_defaults({{"name", "language_modelling"}, {"ngram", 0}}, "test"),
                       {set, Normalizer(set, at::kDouble, at::kCPU)}, "test");
    batch = {set.train.inputs, set.train.targets, 0};
  }

  models::Network gpt(double dropout = 0) const {
    const Json model{{"name", "gpt"}, {"width", 8}, {"layers", 1}, {"heads", 2}, {"dropout", dropout}};
    auto network = models::make_network(model, objective->problem(), "test");
    network.module->to(at::kDouble);
    return network;
  }

  datasets::Dataset set;
  std::unique_ptr<Objective> objective;
  Batch batch;
};

TEST_F(RowSharesTest, MakeTheGradientOfTheWhole) {
  const auto network = gpt();
  const auto parameters = trained_parameters(*network.module);
  const auto loss = objective->loss(network, batch);
  const auto whole = torch::autograd::grad({loss}, parameters);
  for (const int64_t shares : {2, 3, 5}) {
    for (const auto& parameter : parameters) parameter.mutable_grad().reset();
    EXPECT_CLOSE(RowShares(network, *objective).gradient(batch, shares, parameters), loss.detach(),
                 rtol(1e-12));
    for (std::size_t i = 0; i < parameters.size(); ++i)
      EXPECT_CLOSE(parameters[i].grad(), whole[i], rtol(1e-11) + atol(1e-14));
  }
}

TEST_F(RowSharesTest, AShareInWhichNothingIsJudgedAddsNothing) {
  const auto network = gpt();
  const auto parameters = trained_parameters(*network.module);
  batch.targets[0].fill_(datasets::kNotJudged);
  const auto loss = objective->loss(network, batch);
  const auto mean = RowShares(network, *objective).gradient(batch, kRows, parameters);
  EXPECT_CLOSE(mean, loss.detach(), rtol(1e-12));
  for (const auto& parameter : parameters) EXPECT_TRUE(parameter.grad().isfinite().all().item<bool>());
}

TEST_F(RowSharesTest, GiveTheSameBitsEachTime) {
  const auto network = gpt();
  const auto parameters = trained_parameters(*network.module);
  const auto gradient = [&] {
    parameters.front().mutable_grad().reset();
    RowShares(network, *objective).gradient(batch, 3, parameters);
    return parameters.front().grad();
  };
  const auto first = gradient();
  for (int again = 0; again < 20; ++again) ASSERT_TRUE(at::equal(gradient(), first));
}

TEST_F(RowSharesTest, AreAsManyAsThreadsAndRowsWhereNothingIsDrawn) {
  EXPECT_EQ(RowShares(gpt(), *objective).count(batch, 2), 2);
  EXPECT_EQ(RowShares(gpt(), *objective).count(batch, 16), kRows);
  EXPECT_EQ(RowShares(gpt(0.1), *objective).count(batch, 2), 1);
}

}  // namespace
}  // namespace spinlab::training
