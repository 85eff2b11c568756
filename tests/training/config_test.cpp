#include "src/training/config_override.h"

#include <c10/util/Exception.h>

#include "src/training/config.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"
#include "tests/training/toy_set.h"

namespace spinlab::training {
namespace {

using testing::HasSubstr;

std::string refusal(const std::vector<std::string>& settings) {
  return mistake([&] { parse_config(override_config(toy_config(), settings, "toy.json"), "toy.json"); });
}

TEST(TrainingConfig, IsCompleteWithEveryDefault) {
  const auto config = complete_config({{"model", {{"name", "mlp"}}}, {"data", {{"name", "mnist"}}}}, "r");
  for (const auto* key :
       {"optimizer", "schedule", "epochs", "batch", "seed", "augmentation", "device", "threads"}) {
    EXPECT_TRUE(config.contains(key)) << key;
  }
  EXPECT_EQ(config["optimizer"]["momentum"], 0.9);
  EXPECT_EQ(config["model"]["hidden"], Json({128}));
  EXPECT_EQ(complete_config(config, "r"), config);
}

TEST(TrainingConfig, AFittedModelTakesNoTrainingKeys) {
  const Json recipe = {{"model", {{"name", "ridge"}}}, {"data", {{"name", "mnist"}}}};
  EXPECT_FALSE(complete_config(recipe, "r").contains("optimizer"));
  auto wrong = recipe;
  wrong["epochs"] = 3;
  EXPECT_THAT(mistake([&] { complete_config(wrong, "r"); }), HasSubstr("unknown key \"epochs\""));
}

TEST(TrainingConfig, NamesTheNearestKey) {
  const Json base = {{"model", {{"name", "mlp"}}}, {"data", {{"name", "mnist"}}}};
  auto wrong = base;
  wrong["epoch"] = 3;
  EXPECT_THAT(mistake([&] { complete_config(wrong, "r.json"); }),
              HasSubstr("r.json: unknown key \"epoch\"; did you mean \"epochs\"?"));
  wrong = base;
  wrong["optimizer"] = {{"name", "sgd"}, {"learning_rate", 1}};
  EXPECT_THAT(mistake([&] { complete_config(wrong, "r.json"); }),
              HasSubstr("r.json: optimizer: unknown key"));
  EXPECT_THAT(refusal({"optimiser.lr=1"}), HasSubstr("did you mean \"optimizer\"?"));
  EXPECT_THAT(refusal({"optimizer.momentun=1"}), HasSubstr("did you mean \"momentum\"?"));
  EXPECT_THAT(refusal({"schedule.name=cosin"}), HasSubstr("did you mean \"cosine\"?"));
  EXPECT_THAT(mistake([] { complete_config({{"data", {{"name", "mnist"}}}}, "r"); }),
              HasSubstr("\"model\" is missing"));
}

TEST(TrainingConfig, RefusesImpossibleValuesAndOtherTypes) {
  EXPECT_THAT(refusal({"optimizer.lr=-0.1"}), HasSubstr("lr must lie in"));
  EXPECT_THAT(refusal({"epochs=0"}), HasSubstr("epochs must lie in"));
  EXPECT_THAT(refusal({"batch=0"}), HasSubstr("batch must lie in"));
  EXPECT_THAT(refusal({"seed=-1"}), HasSubstr("seed must lie in"));
  EXPECT_THAT(refusal({"epochs=many"}), HasSubstr("epochs must be an integer, got \"many\""));
  EXPECT_THAT(refusal({"accumulate=65"}), HasSubstr("accumulate must lie in"));
  EXPECT_THAT(refusal({"validation.fraction=1"}), HasSubstr("fraction must lie in"));
  EXPECT_THAT(refusal({R"(goal={"metric": "test_loss"})"}),
              HasSubstr("give one of at_least and at_most, got none"));
  EXPECT_THAT(refusal({"ema_decay=1"}), HasSubstr("ema_decay must lie in"));
  EXPECT_THAT(refusal({"augmentation.translate=-1"}), HasSubstr("translate must lie in"));
  EXPECT_THAT(refusal({"optimizer=sgd"}), HasSubstr("optimizer: expected an object"));
  EXPECT_THAT(refusal({"epochs"}), HasSubstr("expected KEY=VALUE"));
}

TEST(TrainingConfig, AnotherNameBringsItsOwnDefaultsWhereverItStands) {
  const auto config = override_config(toy_config(), {"optimizer.eps=1e-6", "optimizer.name=adam"}, "toy");
  EXPECT_EQ(config["optimizer"]["name"], "adam");
  EXPECT_EQ(config["optimizer"]["lr"], 0.05);
  EXPECT_EQ(config["optimizer"]["beta1"], 0.9);
  EXPECT_EQ(config["optimizer"]["eps"], 1e-6);
  EXPECT_FALSE(config["optimizer"].contains("momentum"));
}

TEST(TrainingConfig, ANameWithinASectionBringsItsOwnDefaultsToo) {
  const Json recipe = {
      {"model", {{"name", "kernel_ridge"}, {"kernel", {{"name", "gaussian"}, {"width", 3}}}}},
      {"data", {{"name", "digits"}}}};
  const auto config =
      override_config(recipe, {"model.kernel.degree=2", "model.kernel.name=polynomial"}, "toy");
  EXPECT_EQ(config["model"]["name"], "kernel_ridge");
  EXPECT_EQ(config["model"]["kernel"]["name"], "polynomial");
  EXPECT_EQ(config["model"]["kernel"]["degree"], 2);
}

TEST(TrainingConfig, WhatMayChangeUnderARunIsNoPartOfItsIdentity) {
  const auto config = toy_config();
  for (const auto* same : {"epochs=9", "device=cuda", "threads=3", "title=other"}) {
    EXPECT_EQ(config_identity(override_config(config, {same}, "toy")), config_identity(config)) << same;
  }
  for (const auto* other : {"seed=2", "batch=16", "optimizer.lr=0.1", "data.samples=9", "clip_norm=1"}) {
    EXPECT_NE(config_identity(override_config(config, {other}, "toy")), config_identity(config)) << other;
  }
}

TEST(TrainingConfig, ADefaultThatNobodyWroteDoesNotOutliveItsChoice) {
  const Json recipe = {{"model", {{"name", "mlp"}}}, {"data", {{"name", "linear"}}}};
  const auto config = override_config(complete_config(recipe, "r"), {"optimizer.name=lion"}, "r");
  EXPECT_EQ(config["optimizer"],
            complete_config(
                {{"model", recipe["model"]}, {"data", recipe["data"]}, {"optimizer", {{"name", "lion"}}}},
                "r")["optimizer"]);
}

TEST(TrainingConfig, AGoalIsForItsOwnData) {
  auto recipe = toy_config();
  recipe["goal"] = {{"metric", "test_accuracy"}, {"at_least", 0.9}};
  EXPECT_TRUE(override_config(recipe, {"data.samples=50"}, "toy").at("goal").is_object());
  EXPECT_TRUE(override_config(recipe, {"data.name=moons"}, "toy").at("goal").is_null());
  const auto own = override_config(recipe, {"data.name=moons", "goal.at_least=0.7"}, "toy");
  EXPECT_EQ(own.at("goal").at("at_least"), 0.7);
}

TEST(TrainingConfig, DataOptionsGoToTheirLoader) {
  EXPECT_EQ(override_config(toy_config(), {"data.samples=50"}, "toy")["data"]["samples"], 50);
}

}  // namespace
}  // namespace spinlab::training
