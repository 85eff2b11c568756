#include "src/training/ranks/ranks.h"

#include <ATen/ATen.h>

#include <chrono>
#include <thread>

#include "src/core/seed.h"
#include "src/training/ranks/agreement.h"
#include "src/training/ranks/gradient_sum.h"
#include "src/training/ranks/together.h"
#include "src/training/runs/checkpoint.h"
#include "src/training/trainer.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"
#include "tests/training/ranks/forked_ranks.h"
#include "tests/training/toy_set.h"

namespace spinlab::training {
namespace {

using testing::Each;
using testing::HasSubstr;

class RanksTest : public SpinlabTest {};

/// What a rank's expectations came to.
int outcome() { return testing::Test::HasFailure() ? 1 : 0; }

TEST_F(RanksTest, SumsBroadcastsAndGathers) {
  const auto codes = on_forked_ranks(3, [](Ranks& ranks) {
    EXPECT_EQ(sum(ranks, ranks.rank() + 1), 6);
    EXPECT_TRUE(any(ranks, ranks.rank() == 2));
    EXPECT_FALSE(any(ranks, false));
    EXPECT_EQ(gather(ranks, {1.5 * ranks.rank(), 2}),
              (std::vector<std::vector<double>>{{0, 2}, {1.5, 2}, {3, 2}}));
    return outcome();
  });
  EXPECT_THAT(codes, Each(0));
}

struct RanksCase {
  std::string name;
  Json changes;
};

/// Without anything drawn in the network; in float64, where rounding is far below what a mistake would
/// change.
class RanksTrainTest : public RanksTest, public testing::WithParamInterface<RanksCase> {
 protected:
  TrainingConfig config() const {
    auto config = toy_config({{"precision", "float64"}, {"epochs", 2}});
    config.update(GetParam().changes);
    return parse_config(complete_config(config, "toy"), "toy");
  }
};

TEST_P(RanksTrainTest, TheyGiveTheNumbersOfOneProcess) {
  for (const auto& set : {toy_images(), toy_regression()}) {
    if (GetParam().changes.contains("augmentation") && set.train.inputs.dim() != 4) continue;
    at::set_num_threads(1);
    Trainer alone(config(), set, at::kCPU);
    while (!alone.finished()) alone.train_epoch();
    const auto weights = alone.weights();
    const auto metrics = alone.evaluate(set.train);
    for (const int count : {2, 3}) {
      const auto codes = on_forked_ranks(count, [&](Ranks& ranks) {
        Trainer trainer(config(), set, at::kCPU, ranks);
        while (!trainer.finished()) trainer.train_epoch();
        for (const auto& [name, tensor] : weights)
          EXPECT_CLOSE(trainer.weights().at(name), tensor, rtol(1e-9)) << name;
        for (const auto& [name, value] : metrics)
          EXPECT_CLOSE(trainer.evaluate(set.train).at(name), value, rtol(1e-9)) << name;
        EXPECT_CLOSE(trainer.running_loss(), alone.running_loss(), rtol(1e-9));
        return outcome();
      });
      EXPECT_THAT(codes, Each(0)) << count << " ranks, " << set.name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, RanksTrainTest,
    testing::Values(RanksCase{"without_graph", Json::object()},
                    RanksCase{"with_graph_in_parts", {{"accumulate", 3}}},
                    RanksCase{"one_row_for_three",
                              {{"batch", 89}}},  // of 150 and 90: batches of 89, 61 and 89, 1
                    RanksCase{"clipped_average", {{"clip_norm", 0.5}, {"ema_decay", 0.9}}},
                    RanksCase{"augmented", {{"augmentation", {{"flip", true}, {"translate", 1}}}}},
                    RanksCase{"lbfgs", {{"optimizer", {{"name", "lbfgs"}}}}},
                    RanksCase{"muon", {{"optimizer", {{"name", "muon"}}}}},
                    RanksCase{"first_layer_frozen",
                              {{"optimizer",
                                {{"name", "sgd"}, {"lr", 0.05}, {"groups", {{{"match", "layer0.*"}, {"lr_scale", 0}}}}}}}}),
    [](const auto& info) { return info.param.name; });

NamedTensors copied(const NamedTensors& state) {
  NamedTensors all;
  for (const auto& [name, tensor] : state) all[name] = tensor.detach().clone();
  return all;
}

TEST_F(RanksTest, GoOnWithTheSameBitsAndInAnotherNumber) {
  const auto set = toy_images();
  const auto config = [](double dropout) {
    return parse_config(toy_config({{"precision", "float64"},
                                    {"model", {{"name", "mlp"}, {"hidden", {16}}, {"dropout", dropout}}}}),
                        "toy");
  };
  const auto file = folder() / "state";
  for (const double dropout : {0.0, 0.4}) {
    const auto codes = on_forked_ranks(2, [&](Ranks& ranks) {
      Trainer unbroken(config(dropout), set, at::kCPU, ranks), first(config(dropout), set, at::kCPU, ranks);
      while (!unbroken.finished()) unbroken.train_epoch();
      while (first.step() + 1 < 12) first.train_epoch([&] { return first.step() + 1 < 12; });
      if (ranks.is_first()) save_checkpoint(file, {"toy", copied(first.state())});
      ranks.gather("");
      Trainer second(config(dropout), set, at::kCPU, ranks);
      second.load_state(load_checkpoint(file, 1 << 24).tensors);
      while (!second.finished()) second.train_epoch();
      for (const auto& [name, tensor] : unbroken.weights())
        EXPECT_TRUE(at::equal(second.weights().at(name), tensor)) << name;
      return outcome();
    });
    EXPECT_THAT(codes, Each(0)) << dropout;
  }
  Trainer alone(config(0), set, at::kCPU);
  while (!alone.finished()) alone.train_epoch();
  // The last file is of the run with dropout: one without is made anew.
  const auto made = on_forked_ranks(3, [&](Ranks& ranks) {
    Trainer trainer(config(0), set, at::kCPU, ranks);
    trainer.train_epoch();
    if (ranks.is_first()) save_checkpoint(file, {"toy", copied(trainer.state())});
    return 0;
  });
  EXPECT_THAT(made, Each(0));
  Trainer rest(config(0), set, at::kCPU);
  rest.load_state(load_checkpoint(file, 1 << 24).tensors);
  while (!rest.finished()) rest.train_epoch();
  for (const auto& [name, tensor] : alone.weights())
    EXPECT_CLOSE(rest.weights().at(name), tensor, rtol(1e-9)) << name;
}

TEST_F(RanksTest, AreBucketsOfAnySize) {
  const auto codes = on_forked_ranks(2, [](Ranks& ranks) {
    for (const int64_t bytes : {1, 100, 1 << 20}) {
      std::vector<at::Tensor> parameters;
      for (const int64_t n : {3, 50, 7, 1}) parameters.push_back(at::ones({n}, at::kDouble).requires_grad_());
      GradientSum sum(parameters, ranks, bytes);
      EXPECT_EQ(sum.bytes(), 61 * 8);
      for (const bool used : {true, false}) {  // in the second round the last one gets no gradient
        for (auto& parameter : parameters) parameter.mutable_grad() = at::Tensor();
        sum.start();
        at::Tensor loss = at::zeros({}, at::kDouble);
        for (size_t i = 0; i < 3 + used; ++i)
          loss = loss + (i + 1) * (ranks.rank() + 1) * parameters[i].sum();
        loss.backward();
        sum.finish();
        for (size_t i = 0; i < 3 + used; ++i)
          EXPECT_TRUE(at::equal(parameters[i].grad(), at::full_like(parameters[i], 3.0 * (i + 1)))) << i;
        if (!used) EXPECT_FALSE(parameters[3].grad().defined());
      }
    }
    return outcome();
  });
  EXPECT_THAT(codes, Each(0));
}

TEST_F(RanksTest, AMistakeOfOneIsToldToAll) {
  const auto codes = on_forked_ranks(3, [](Ranks& ranks) {
    const auto said = mistake(
        [&] { together(ranks, [&] { TORCH_CHECK_VALUE(ranks.rank() != 1, "the file is not here"); }); });
    EXPECT_EQ(said, "rank 1: the file is not here");
    together(ranks, [] {});
    EXPECT_THROW(together(ranks, [&] { TORCH_CHECK(ranks.rank() != 2, "disk full"); }), c10::Error);
    return outcome();
  });
  EXPECT_THAT(codes, Each(0));
}

TEST_F(RanksTest, OneThatFailsAtWorkEndsAll) {
  const auto codes = on_forked_ranks(3, [](Ranks& ranks) {
    bound_together(ranks, [&] {
      TORCH_CHECK_VALUE(ranks.rank() != 1, "out of luck");
      ranks.gather("");  // waits for all
    });
    return 0;
  });
  EXPECT_EQ(codes, (std::vector<int>{128 + SIGKILL, 2, 128 + SIGKILL}));
}

TEST_F(RanksTest, DisagreementIsNamed) {
  const auto codes = on_forked_ranks(2, [](Ranks& ranks) {
    const bool other = ranks.rank() == 1;
    const NamedTensors state{{"model.weight", at::ones({2})}}, changed{{"model.weight", at::zeros({2})}};
    require_agreement(ranks, {{"threads", other ? 1 : 8}}, state);
    EXPECT_EQ(mistake([&] { require_agreement(ranks, {{"optimizer", {{"lr", other ? 0.1 : 0.5}}}}, state); }),
              "rank 1 has another configuration than rank 0: optimizer.lr is 0.1, not 0.5. Start all with "
              "the same recipe and settings");
    EXPECT_THAT(mistake([&] { require_agreement(ranks, Json::object(), other ? changed : state); }),
                HasSubstr("rank 1 begins with another model.weight than rank 0"));
    auto set = toy_images();
    require_agreement(ranks, Json::object(), tensors_of(set));
    if (other) set.test.targets = set.test.targets.flip(0);
    EXPECT_THAT(mistake([&] { require_agreement(ranks, Json::object(), tensors_of(set)); }),
                HasSubstr("rank 1 begins with another data.test.targets than rank 0"));
    // Windows that overlap in memory.
    const auto series = at::arange(other ? 21 : 20).unfold(0, 8, 1).narrow(0, 0, 12);
    EXPECT_THAT(mistake([&] { require_agreement(ranks, Json::object(), {{"windows", series}}); }),
                HasSubstr("another windows"));
    return outcome();
  });
  EXPECT_THAT(codes, Each(0));
}

}  // namespace
}  // namespace spinlab::training
