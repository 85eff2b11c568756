#include "src/training/runs/results_page.h"

#include "src/training/objectives/objective.h"
#include "src/training/recipe.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

using testing::HasSubstr;

RunSummary finished(std::uint64_t seed, double accuracy) {
  RunSummary made{
      .folder = "runs/a", .state = "finished", .recipe = "mnist-mlp", .started = "", .seed = seed};
  made.settings = dotted_settings(load_recipe("mnist-mlp"));
  made.settings["seed"] = seed;
  made.settings["goal.published"] = 0.984;
  made.seconds = 10;
  made.metrics = {{"test_accuracy", accuracy}, {"test_loss", 0.1}};
  made.headline = "test_accuracy";
  made.higher_is_better = true;
  return made;
}

TEST(ResultsPage, HasARowForEachChoiceOfSettings) {
  auto other = finished(1, 0.97);
  other.settings["optimizer.lr"] = 0.5;
  const auto page = results_page({finished(1, 0.98), finished(2, 0.99), other});
  EXPECT_THAT(
      page,
      HasSubstr("| mnist-mlp | test_accuracy | 0.985 ± 0.005 (2 seeds) | ≥ 0.982 | 0.984 | 1.6 % errors"));
  EXPECT_THAT(page, HasSubstr("| 10 | `spinlab train mnist-mlp` |\n"));
  EXPECT_THAT(page, HasSubstr("| 0.97 |"));
  EXPECT_THAT(page, HasSubstr("`spinlab train mnist-mlp --set optimizer.lr=0.5` |\n"));
}

TEST(ResultsPage, LeavesOutWhatIsNotFinished) {
  auto stopped = finished(1, 0.5);
  stopped.state = "interrupted";
  EXPECT_THAT(results_page({finished(1, 0.98), stopped}), testing::Not(HasSubstr("0.5 ")));
  EXPECT_THAT(mistake([&] { results_page({stopped}); }), HasSubstr("no run is finished"));
}

TEST(ResultsPage, SaysOfWhichRecipesThereIsNoRun) {
  const auto page = results_page({finished(1, 0.98)});
  EXPECT_THAT(page, HasSubstr("Recipes without a run here: `addition`, `california-knn`"));
  EXPECT_THAT(page, testing::Not(HasSubstr("`mnist-mlp`,")));
}

TEST(ResultsPage, OfAFileOfOnesOwnNamesItsConfiguration) {
  auto own = finished(1, 0.9);
  own.recipe = "no-such-recipe";
  EXPECT_EQ(command_of(own), "spinlab train runs/a/config.json");
}

TEST(ResultsPage, WhatAutoBecameIsNoSettingOfItsOwn) {
  auto settled = finished(1, 0.9);
  settled.settings.merge(
      dotted_settings({{"objective", objective_with_defaults({{"name", "classification"}}, "objective")}}));
  settled.settings["objective.name"] = "classification";
  EXPECT_EQ(command_of(settled), "spinlab train mnist-mlp");
  settled.settings["objective.label_smoothing"] = 0.1;
  EXPECT_EQ(command_of(settled), "spinlab train mnist-mlp --set objective.label_smoothing=0.1");
  settled.settings["objective.name"] = "masked_modelling";
  EXPECT_THAT(command_of(settled), HasSubstr("--set objective.name=masked_modelling"));
}

TEST(ResultsPage, CutsNothing) {
  auto long_one = finished(1, 0.9);
  const auto source = std::string(400, 'x') + "end";
  long_one.settings["goal.source"] = source;
  EXPECT_THAT(results_page({long_one}), HasSubstr(source));
}

TEST(ResultsPage, NoTextBreaksTheTable) {
  auto odd = finished(1, 0.9);
  odd.settings["goal.source"] = "a | b\nc";
  EXPECT_THAT(results_page({odd}), HasSubstr("| a \\| b"));
}

}  // namespace
}  // namespace spinlab::training
