#include "src/training/runs/selection.h"

#include <ATen/ATen.h>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"
#include "tests/training/runs/silent_learner.h"

namespace spinlab::training {
namespace {

/// A learner of one number, which is its epoch.
class Counter : public SilentLearner {
 public:
  bool train_epoch(const std::function<bool()>&) override {
    weight_.fill_(static_cast<double>(++epoch_));
    return true;
  }
  int64_t epoch() const override { return epoch_; }
  std::vector<Metric> metrics() const override { return {{"loss", "nats"}, {"accuracy", "share", true}}; }
  NamedTensors weights() override { return {{"model.w", weight_.clone()}}; }
  void use_weights(const NamedTensors& weights) override { weight_.copy_(weights.at("model.w")); }

  double weight() const { return weight_.item<double>(); }

 private:
  at::Tensor weight_ = at::zeros({1}, at::kDouble);
  int64_t epoch_ = 0;
};

void see(Selection& selection, Counter& learner, const std::vector<double>& losses) {
  for (const double loss : losses) {
    learner.train_epoch({});
    selection.see(learner, {{"loss", loss}, {"accuracy", loss}});
  }
}

TEST(Selection, KeepsTheBestEpochAndStopsAfterWaiting) {
  Counter learner;
  Selection selection({.patience = 2}, learner.metrics());
  see(selection, learner, {3, 1, 2});
  EXPECT_FALSE(selection.enough());
  see(selection, learner, {1});  // no better
  EXPECT_TRUE(selection.enough());
  selection.restore(learner);
  EXPECT_EQ(learner.weight(), 2);
  EXPECT_EQ(selection.describe().at("epoch"), 2);
  EXPECT_EQ(selection.describe().at("metric"), "validation_loss");
}

TEST(Selection, KnowsWhichWayIsBetter) {
  Counter learner;
  Selection selection({.metric = "accuracy"}, learner.metrics());
  see(selection, learner, {0.5, 0.9, 0.7});
  selection.restore(learner);
  EXPECT_EQ(learner.weight(), 2);
  EXPECT_FALSE(selection.enough());  // without patience
  EXPECT_THAT(mistake([&] { Selection({.metric = "acuracy"}, learner.metrics()); }),
              testing::HasSubstr("did you mean \"accuracy\"?"));
}

TEST(Selection, GoesOnFromItsState) {
  Counter learner;
  Selection first({.patience = 2}, learner.metrics()), second = first;
  see(first, learner, {3, 1, 2});
  auto state = first.state();
  state["model.w"] = at::ones({1});
  second.take_state(state);
  EXPECT_EQ(state.size(), 1u);
  see(second, learner, {2});
  EXPECT_TRUE(second.enough());
  second.restore(learner);
  EXPECT_EQ(learner.weight(), 2);
}

TEST(Selection, ANotANumberIsNeverTheBest) {
  Counter learner;
  Selection selection({}, learner.metrics());
  see(selection, learner, {std::nan(""), 2, std::nan("")});
  EXPECT_EQ(selection.describe().at("epoch"), 2);
}

}  // namespace
}  // namespace spinlab::training
