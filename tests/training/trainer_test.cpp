#include "src/training/trainer.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

#include "src/core/registry.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"
#include "tests/training/toy_set.h"

namespace spinlab::training {
namespace {

Trainer make(const datasets::Dataset& set, const Json& changes = Json::object()) {
  return Trainer(parse_config(toy_config(changes), "toy"), set, at::kCPU);
}

NamedTensors copy(const NamedTensors& state) {
  NamedTensors all;
  for (const auto& [name, tensor] : state) all[name] = tensor.detach().clone();
  return all;
}

void expect_same_bits(const NamedTensors& actual, const NamedTensors& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (const auto& [name, tensor] : expected) EXPECT_TRUE(at::equal(actual.at(name), tensor)) << name;
}

class TrainerTest : public SpinlabTest {};

TEST_F(TrainerTest, LearnsClassesAndRegression) {
  const auto images = toy_images(), rows = toy_regression();
  auto classifier = make(images, {{"epochs", 8}});
  while (!classifier.finished()) classifier.train_epoch();
  EXPECT_EQ(classifier.evaluate(images.test).at("accuracy"), 1);
  auto regression = make(rows, {{"model", {{"name", "linear"}}}, {"epochs", 40}});
  while (!regression.finished()) regression.train_epoch();
  EXPECT_GT(regression.evaluate(rows.test).at("r2"), 0.9999);
}

TEST_F(TrainerTest, TheLossOfAnEpochIsThatOfItsExamples) {
  const auto set = toy_images();
  // With a step of next to nothing the mean over the batches is the loss of the whole set.
  auto trainer = make(set, {{"optimizer", {{"name", "sgd"}, {"lr", 1e-10}}}});
  const auto before = trainer.evaluate(set.train).at("loss");
  trainer.train_epoch();
  EXPECT_CLOSE(trainer.running_loss(), before, rtol(1e-5));
}

TEST_F(TrainerTest, RepeatsBitForBitAndDependsOnItsSeed) {
  const auto set = toy_images();
  auto one = make(set), same = make(set), other = make(set, {{"seed", 2}});
  const auto start = copy(one.state());
  EXPECT_FALSE(at::equal(other.state().at("model.layer0.weight"), start.at("model.layer0.weight")));
  one.train_epoch();
  same.train_epoch();
  auto expected = copy(one.state());
  auto got = copy(same.state());
  expect_same_bits(got, expected);
}

struct Case {
  std::string name;
  Json changes;
};

/// With dropout, and in float64.
Case with_optimizer(const std::string& name, Json options, const std::string& also = "",
                    int64_t hidden = 16) {
  options["name"] = name;
  return {name + also,
          {{"optimizer", options},
           {"precision", "float64"},
           {"model", {{"name", "mlp"}, {"hidden", {hidden}}, {"dropout", 0.3}}}}};
}

class TrainerResumeTest : public TrainerTest, public testing::WithParamInterface<Case> {};

TEST_P(TrainerResumeTest, BrokenAnywhereItEndsOnTheSameBits) {
  const auto set = toy_images();
  auto unbroken = make(set, GetParam().changes);
  while (!unbroken.finished()) unbroken.train_epoch();
  const auto expected = copy(unbroken.state());

  for (const int64_t stop_at :
       {1, 5, 12, 24}) {  // 5 batches an epoch: inside, at the end of and between epochs
    auto first = make(set, GetParam().changes);
    while (first.step() + 1 < stop_at) first.train_epoch([&] { return first.step() + 1 < stop_at; });
    const auto saved = copy(first.state());
    auto second = make(set, GetParam().changes);
    at::rand({17});  // the generator stands elsewhere
    second.load_state(saved);
    while (!second.finished()) second.train_epoch();
    expect_same_bits(second.state(), expected);
    EXPECT_EQ(second.running_loss(), unbroken.running_loss());
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, TrainerResumeTest,
    testing::Values(
        Case{"sgd", Json::object()},
        Case{"adamw_dropout_average",
             {{"optimizer", {{"name", "adamw"}, {"lr", 0.01}}},
              {"model", {{"name", "mlp"}, {"hidden", {16}}, {"dropout", 0.3}}},
              {"ema_decay", 0.9}}},
        Case{"augmented_smoothed",
             {{"augmentation", {{"flip", true}, {"translate", 1}}},
              {"objective", {{"name", "classification"}, {"label_smoothing", 0.1}}}}},
        Case{"accumulated_clipped_groups",
             {{"accumulate", 3},
              {"clip_norm", 0.5},
              {"optimizer", {{"name", "adamw"}, {"groups", {{{"match", "layer0.*"}, {"lr_scale", 0.1}}}}}}}},
        with_optimizer("lion", {{"lr", 0.001}}), with_optimizer("muon", {}),
        with_optimizer("muon", {{"ns_bfloat16", true}}, "_bfloat16"),
        with_optimizer("lbfgs", {{"history", 3}}),
        with_optimizer("natural_gradient", {{"momentum", 0.5}}, "", 4), with_optimizer("kfac", {}),
        with_optimizer("kfac", {{"fisher", "empirical"}, {"inverse_every", 4}}, "_empirical"),
        Case{"bfloat16", {{"precision", "bfloat16"}}}, Case{"float16", {{"precision", "float16"}}},
        Case{"float64", {{"precision", "float64"}}}),
    [](const auto& info) { return info.param.name; });

TEST_F(TrainerTest, ABatchInPartsGivesTheSameWeights) {
  const auto set = toy_images();
  auto whole = make(set, {{"precision", "float64"}}),
       parts = make(set, {{"precision", "float64"}, {"accumulate", 5}});  // 7 + 7 + 7 + 7 + 4
  for (auto* trainer : {&whole, &parts}) trainer->train_epoch();
  for (const auto& [name, tensor] : whole.weights())
    EXPECT_CLOSE(parts.weights().at(name), tensor, rtol(1e-12)) << name;
}

TEST_F(TrainerTest, AClippedStepIsAsLongAsItMayBe) {
  const auto set = toy_images();
  const Json plain_sgd = {{"name", "sgd"}, {"lr", 1.0}, {"momentum", 0.0}};
  auto trainer =
      make(set, {{"clip_norm", 0.01}, {"optimizer", plain_sgd}, {"schedule", {{"name", "constant"}}}});
  const auto before = copy(trainer.weights());
  trainer.train_epoch([] { return false; });
  double squares = 0;
  for (const auto& [name, tensor] : trainer.weights())
    squares += (tensor - before.at(name)).square().sum().item<double>();
  EXPECT_CLOSE(std::sqrt(squares), 0.01, rtol(1e-4));
}

TEST_F(TrainerTest, BFloat16ComesCloseAndFloat64Closer) {
  const auto set = toy_images();
  auto single = make(set), brain = make(set, {{"precision", "bfloat16"}}),
       twice = make(set, {{"precision", "float64"}});
  for (auto* trainer : {&single, &brain, &twice}) trainer->train_epoch();
  const auto loss = single.evaluate(set.train).at("loss");
  EXPECT_EQ(brain.weights().at("model.layer0.weight").scalar_type(), at::kFloat);
  EXPECT_EQ(twice.weights().at("model.layer0.weight").scalar_type(), at::kDouble);
  EXPECT_NE(brain.evaluate(set.train).at("loss"), loss);
  EXPECT_CLOSE(brain.evaluate(set.train).at("loss"), loss, rtol(0.05));
  EXPECT_CLOSE(twice.evaluate(set.train).at("loss"), loss, rtol(1e-4));
}

TEST_F(TrainerTest, AFrozenGroupStaysAsItIs) {
  const auto set = toy_images();
  const Json frozen = {{"name", "sgd"}, {"lr", 0.05}, {"groups", {{{"match", "layer0.*"}, {"lr_scale", 0}}}}};
  auto trainer = make(set, {{"optimizer", frozen}});
  const auto before = copy(trainer.weights());
  trainer.train_epoch();
  EXPECT_TRUE(at::equal(trainer.weights().at("model.layer0.weight"), before.at("model.layer0.weight")));
  EXPECT_FALSE(at::equal(trainer.weights().at("model.layer1.weight"), before.at("model.layer1.weight")));
}

TEST_F(TrainerTest, StopsAtTheStepThatIsNoLongerFiniteAndSaysWhichTensor) {
  const auto set = toy_images();
  auto wild = make(set, {{"optimizer", {{"name", "sgd"}, {"lr", 1e6}}},
                         {"model", {{"name", "mlp"}, {"hidden", {16, 16, 16}}}}});
  const auto said = mistake([&] {
    while (!wild.finished()) wild.train_epoch();
  });
  EXPECT_THAT(said, testing::ContainsRegex("step [0-9]+ \\(epoch 1\\): the loss is (-?nan|inf)"));
  EXPECT_THAT(said, testing::HasSubstr("not finite"));
  EXPECT_THAT(said, testing::HasSubstr("optimizer.lr"));
  auto rows = toy_regression();
  rows.train.targets[7] = std::numeric_limits<double>::infinity();
  auto broken = make(rows);
  EXPECT_THAT(mistake([&] { broken.train_epoch(); }),
              testing::HasSubstr("a target of the batch is not finite"));
}

TEST_F(TrainerTest, SavesWhatOthersNeedToPredict) {
  const auto set = toy_regression();
  const auto state = make(set).state();
  EXPECT_CLOSE(state.at("normalization.mean"), set.mean.to(at::kDouble), rtol(1e-12));
  EXPECT_CLOSE(state.at("target_mean"), set.train.targets.mean().reshape({1}), rtol(1e-12));
}

TEST_F(TrainerTest, RefusesDataThatHasChangedSince) {
  auto set = toy_regression();
  const auto saved = copy(make(set).state());
  set.mean = set.mean + 0.1;
  auto changed = make(set);
  EXPECT_THAT(mistake([&] { changed.load_state(saved); }), testing::HasSubstr("has changed"));
}

TEST_F(TrainerTest, WithoutAGraphItTakesTheSameSteps) {
  const auto images = toy_images(), rows = toy_regression();
  for (const auto* set : {&images, &rows}) {
    // A batch in one part needs no graph; the same in parts is trained with one.
    auto without = make(*set, {{"precision", "float64"}}),
         with = make(*set, {{"precision", "float64"}, {"accumulate", 2}});
    for (auto* trainer : {&without, &with}) trainer->train_epoch();
    for (const auto& [name, tensor] : with.weights())
      EXPECT_CLOSE(without.weights().at(name), tensor, rtol(1e-11)) << name;
    EXPECT_CLOSE(without.running_loss(), with.running_loss(), rtol(1e-12));
  }
}

TEST_F(TrainerTest, MeasuringThreadsChangesNothing) {
  const auto set = toy_images();
  const Json dropout = {{"model", {{"name", "mlp"}, {"hidden", {16}}, {"dropout", 0.5}}}};
  auto measured = make(set, dropout), plain = make(set, dropout);
  EXPECT_GE(measured.measured_step_threads(), 1);
  for (auto* trainer : {&measured, &plain}) {
    at::manual_seed(3);
    trainer->train_epoch();
  }
  expect_same_bits(measured.state(), plain.state());
}

/// Asks for everything twice, and takes no step.
class Curious : public Optimizer {
 public:
  using Optimizer::Optimizer;
  bool evaluates_again() const override { return true; }
  bool uses_fisher() const override { return true; }

 private:
  void take(const Step& step, int64_t) override {
    const auto& parameters = groups().front().parameters;
    std::vector<at::Tensor> gradients;
    for (const auto& p : parameters) gradients.push_back(p.grad().clone());
    const auto rows = step.fisher_rows(parameters);
    const auto factors = step.linear_factors({parameters[0]}, FisherKind::kSampled);
    EXPECT_EQ(step.evaluate(), step.loss);
    for (size_t i = 0; i < parameters.size(); ++i) EXPECT_TRUE(at::equal(parameters[i].grad(), gradients[i]));
    EXPECT_TRUE(at::equal(step.fisher_rows(parameters), rows));
    EXPECT_TRUE(at::equal(step.linear_factors({parameters[0]}, FisherKind::kSampled)[0].gradients,
                          factors[0].gradients));
    // The batch's gradient is the mean of its examples'.
    const auto empirical = step.linear_factors({parameters[0]}, FisherKind::kEmpirical)[0];
    EXPECT_CLOSE(empirical.gradients[0].t().mm(empirical.inputs) / empirical.inputs.size(0), gradients[0],
                 atol(1e-6));
  }
};

const Registered<OptimizerEntry> kCurious{
    {.name = "curious",
     .summary = "asks for everything twice",
     .defaults = {{"lr", 1.0}},
     .make = [](const Config&, auto groups) { return std::make_unique<Curious>(std::move(groups)); }}};

TEST_F(TrainerTest, AllThatAStepAsksForIsOfItsBatchAndDropout) {
  auto trainer = make(toy_images(), {{"optimizer", {{"name", "curious"}}},
                                     {"model", {{"name", "mlp"}, {"hidden", {6}}, {"dropout", 0.5}}}});
  trainer.train_epoch();
}

TEST_F(TrainerTest, SecondOrderOptimizersLearn) {
  const auto images = toy_images(), rows = toy_regression();
  for (const Json& optimizer :
       {Json{{"name", "lbfgs"}}, Json{{"name", "kfac"}}, Json{{"name", "natural_gradient"}},
        Json{{"name", "muon"}}, Json{{"name", "lion"}, {"lr", 0.01}}}) {
    auto classifier = make(
        images, {{"optimizer", optimizer}, {"model", {{"name", "mlp"}, {"hidden", {4}}}}, {"epochs", 12}});
    while (!classifier.finished()) classifier.train_epoch();
    EXPECT_GT(classifier.evaluate(images.test).at("accuracy"), 0.95) << optimizer;
    auto regression = make(rows, {{"optimizer", optimizer}, {"model", {{"name", "linear"}}}, {"epochs", 60}});
    while (!regression.finished()) regression.train_epoch();
    EXPECT_GT(regression.evaluate(rows.test).at("r2"), 0.98) << optimizer;
  }
}

TEST_F(TrainerTest, RefusesWhatDoesNotSuitTheOptimizer) {
  const auto refusal = [](const datasets::Dataset& set, Json optimizer, Json changes) {
    changes["optimizer"] = optimizer;
    return mistake([&] { make(set, changes); });
  };
  using testing::HasSubstr;
  EXPECT_THAT(refusal(toy_images(), {{"name", "lbfgs"}}, {{"clip_norm", 1.0}}),
              HasSubstr("leave clip_norm at 0"));
  EXPECT_THAT(refusal(toy_images(), {{"name", "lbfgs"}}, {{"precision", "float16"}}),
              HasSubstr("choose float32 or float64"));
  EXPECT_THAT(refusal(toy_images(), {{"name", "kfac"}}, {{"objective", {{"name", "reconstruction"}}}}),
              HasSubstr("classification and regression"));
}

TEST_F(TrainerTest, RefusesTheStateOfAnotherModel) {
  const auto set = toy_images();
  auto trainer = make(set);
  const auto before = copy(trainer.state());
  auto wider = make(set, {{"model", {{"name", "mlp"}, {"hidden", {17}}}}});
  auto adam = make(set, {{"optimizer", {{"name", "adam"}, {"lr", 0.01}}}});
  EXPECT_THROW(trainer.load_state(wider.state()), c10::ValueError);
  EXPECT_THROW(trainer.load_state(adam.state()), c10::ValueError);
  EXPECT_THROW(trainer.load_state({}), c10::ValueError);
  auto late = before;
  late["trainer.place"] = at::tensor({99, 0, 0}, at::kLong);
  EXPECT_THROW(trainer.load_state(late), c10::ValueError);
  for (const auto& [name, tensor] : trainer.state()) {
    if (name.starts_with("model.")) EXPECT_TRUE(at::equal(tensor, before.at(name))) << name;
  }
}

TEST_F(TrainerTest, EvaluatesTheAverageAndTheMirrorImageWhereAskedTo) {
  const auto set = toy_images();
  auto plain = make(set), averaged = make(set, {{"ema_decay", 0.99}}),
       mirrored = make(set, {{"objective", {{"name", "classification"}, {"flip_tta", true}}}});
  for (auto* trainer : {&plain, &averaged, &mirrored}) trainer->train_epoch();
  const auto output = plain.predict(set.test.inputs);
  EXPECT_FALSE(at::allclose(averaged.predict(set.test.inputs), output));
  EXPECT_TRUE(at::equal(averaged.state().at("model.layer0.weight"), plain.state().at("model.layer0.weight")));
  const auto mean = (output + plain.predict(set.test.inputs.flip({3}))) / 2;
  const auto expected = at::cross_entropy_loss(mean, set.test.targets).item<double>();
  EXPECT_CLOSE(mirrored.evaluate(set.test).at("loss"), expected, rtol(1e-5));
}

TEST_F(TrainerTest, SlowWeightsGoOnWhereACheckpointLeftThem) {
  const auto set = toy_images();
  const Json looking = {{"lookahead", {{"every", 3}, {"decay", 0.9}, {"power", 1.0}}}, {"epochs", 2}};
  auto whole = make(set, looking), first = make(set, looking), second = make(set, looking), plain = make(set);
  plain.train_epoch();
  while (!whole.finished()) whole.train_epoch();
  int steps = 0;
  first.train_epoch([&] { return ++steps < 4; });
  second.load_state(copy(first.state()));
  while (!second.finished()) second.train_epoch();
  expect_same_bits(second.state(), copy(whole.state()));
  EXPECT_FALSE(at::equal(whole.state().at("model.layer0.weight"), plain.state().at("model.layer0.weight")));
  EXPECT_TRUE(at::equal(whole.state().at("model.layer0.weight"), whole.state().at("lookahead.0")));
}

TEST_F(TrainerTest, RefusesWhatDoesNotSuitTheData) {
  EXPECT_THROW(make(toy_images(), {{"batch", 151}}), c10::ValueError);
  EXPECT_THROW(make(toy_images(), {{"augmentation", {{"translate", 6}}}}), c10::ValueError);
  EXPECT_THROW(make(toy_regression(), {{"channels_last", true}}), c10::ValueError);
  EXPECT_THROW(make(toy_regression(), {{"objective", {{"name", "classification"}}}}), c10::ValueError);
  EXPECT_THROW(make(toy_images(), {{"objective", {{"name", "regression"}}}}), c10::ValueError);
  auto text = toy_images();
  text.mean = at::Tensor();
  EXPECT_THROW(make(text), c10::ValueError);
}

}  // namespace
}  // namespace spinlab::training
