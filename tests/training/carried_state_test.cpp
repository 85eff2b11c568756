// Truncated backpropagation through time: what a recurrent network remembers goes from batch to batch.
#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include <cmath>
#include <string>

#include "datasets/split.h"
#include "src/core/files.h"
#include "src/training/config.h"
#include "src/training/trainer.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

class CarriedStateTest : public SpinlabTest {
 protected:
  /// Every eighth character is another one: of fewer than seven in a row of the same nobody knows when.
  CarriedStateTest() {
    std::string text;
    for (int i = 0; i < 150; ++i) text += "aaaaaaab";
    write_file(folder() / "periodic.txt", text);
  }

  Json recipe(bool carry, const Json& changes = Json::object()) const {
    Json all = {
        {"recipe", "periodic"},
        {"model", {{"name", "recurrent"}, {"cell", "gru"}, {"embedding", 4}, {"hidden", 12}}},
        {"data",
         {{"name", "text"}, {"file", (folder() / "periodic.txt").string()}, {"context", 3}, {"stride", 3}}},
        {"objective", {{"name", "language_modelling"}, {"carry_state", carry}, {"ngram", 0}}},
        {"optimizer", {{"name", "adamw"}, {"lr", 0.01}, {"weight_decay", 0.0}}},
        {"schedule", {{"name", "cosine"}}},
        {"clip_norm", 1.0},
        {"epochs", 20},
        {"batch", 6},
        {"device", "cpu"}};
    all.merge_patch(changes);
    return complete_config(all, "periodic");
  }
  datasets::Dataset set_of(const Json& recipe) const {
    return datasets::load_dataset(recipe.at("data"), datasets::DataFolders(), 1);
  }
  Trainer trainer(const Json& recipe) const {
    return {parse_config(recipe, "periodic"), set_of(recipe), at::kCPU};
  }
};

/// Of a text with period 8 read in windows of three that begin with nothing, the best possible: the first
/// place knows the last character alone, the next two, the third three. An "a" behind k others is followed by
/// "b" in one of 8 - k cases where b was not seen, with 7 - (k - 1) such places in a period.
double best_without_memory() {
  double nats = 0;
  for (int known = 1; known <= 3; ++known) {
    const double places = 8 - known, p = 1 / places;  // windows of a's alone, one of them before "b"
    nats += places / 8 * (-p * std::log(p) - (1 - p) * std::log(1 - p)) / 3;
  }
  return nats;
}

TEST_F(CarriedStateTest, ALongerMemoryThanAWindowIsLearnt) {
  auto carries = trainer(recipe(true)), forgets = trainer(recipe(false));
  while (carries.train_epoch()) forgets.train_epoch();
  const auto set = set_of(recipe(true));
  EXPECT_LT(carries.evaluate(set.train).at("loss"), 0.1);  // ln 8 for a lane to find its phase, of 180
  EXPECT_GT(forgets.evaluate(set.train).at("loss"), best_without_memory() - 0.01);  // edges of the text
  EXPECT_GT(best_without_memory(), 0.3);
}

TEST_F(CarriedStateTest, ARunThatIsBrokenOffGoesOnWithTheSameBits) {
  const auto config = recipe(true);
  auto whole = trainer(config), broken = trainer(config);
  whole.train_epoch();
  whole.train_epoch();
  int64_t steps = 0;
  broken.train_epoch([&] { return ++steps < 5; });
  NamedTensors saved;
  for (const auto& [name, tensor] : broken.state()) saved[name] = tensor.detach().clone();
  EXPECT_GT(saved.at("batches.state").abs().max().item<double>(), 0);
  auto resumed = trainer(config);
  resumed.load_state(saved);
  resumed.train_epoch();
  resumed.train_epoch();
  for (const auto& [name, tensor] : whole.state())
    EXPECT_TRUE(tensor.equal(resumed.state().at(name))) << name;
}

TEST_F(CarriedStateTest, MeasuringThreadsChangesNothing) {
  auto one = trainer(recipe(true)), other = trainer(recipe(true));
  int64_t steps = 0;
  one.train_epoch([&] { return ++steps < 3; });
  steps = 0;
  other.train_epoch([&] { return ++steps < 3; });
  other.measured_step_threads();
  for (const auto& [name, tensor] : one.state()) EXPECT_TRUE(tensor.equal(other.state().at(name))) << name;
}

TEST_F(CarriedStateTest, IsJudgedOnTheTextReadOn) {
  const auto config = recipe(true, {{"batch", 2}, {"precision", "float64"}});
  auto trained = trainer(config);
  trained.train_epoch();
  const auto test = set_of(config).test;
  const auto text = datasets::stream_of(test.inputs);
  const auto length = (text.size(0) - 1) / 2;
  const at::NoGradGuard outside_the_graph;
  const auto rows = [&](int64_t from) { return text.narrow(0, from, 2 * length).view({2, length}); };
  const auto logits = trained.network()->forward({rows(0)});
  const auto expected = at::cross_entropy_loss(logits.flatten(0, 1), rows(1).flatten()).item<double>();
  EXPECT_CLOSE(trained.evaluate(test).at("loss"), expected, rtol(1e-12));
}

TEST_F(CarriedStateTest, SaysWhatHasNoState) {
  EXPECT_THAT(
      mistake([&] {
        trainer(recipe(
            true, {{"model",
                    {{"name", "bigram"}, {"cell", nullptr}, {"embedding", nullptr}, {"hidden", nullptr}}}}));
      }),
      testing::HasSubstr("bigram has no state to carry"));
  EXPECT_THAT(
      mistake([&] { trainer(recipe(true, {{"batch", 300}, {"data", {{"stride", 1}, {"context", 30}}}})); }),
      testing::HasSubstr("choose a batch of at most 35"));
  const Json sums = {{"name", "modular-addition"}, {"modulus", 7}};
  auto other = recipe(true);
  other["data"] = sums;
  EXPECT_THAT(mistake([&] { trainer(complete_config(other, "periodic")); }),
              testing::HasSubstr("do not follow one another"));
}

}  // namespace
}  // namespace spinlab::training
