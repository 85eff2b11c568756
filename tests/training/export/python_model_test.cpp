#include "src/training/export/python_model.h"

#include <ATen/ATen.h>

#include "src/core/files.h"
#include "src/core/python.h"
#include "src/training/config.h"
#include "src/training/export/export_run.h"
#include "src/training/export/safetensors.h"
#include "src/training/runs/prepared_run.h"
#include "src/training/runs/run.h"
#include "src/training/runs/run_record.h"
#include "src/training/trainer.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

Json ising_images(int64_t side) {
  return {{"name", "ising"},
          {"side", side},
          {"samples", 8},
          {"sweeps", 2},
          {"temperatures", {1.0, 1.5, 3.0, 3.5}}};
}

/// A model on a data set, exported and asked in Python.
class PythonModelTest : public SpinlabTest {
 protected:
  Json config(const Json& model, const Json& data, const Json& changes = Json::object()) const {
    Json recipe = {{"recipe", "toy"}, {"model", model}, {"data", data}};
    recipe.update(changes);
    return complete_config(recipe, "toy");
  }

  /// Trains it for two epochs.
  void expect_the_same(const Json& model, const Json& data, const Json& changes = Json::object(),
                       double tolerance = 1e-6) const {
    Json settings = {{"batch", 8}, {"epochs", 2}, {"device", "cpu"}, {"threads", 1}};
    settings.update(changes);
    ASSERT_TRUE(start_run(config(model, data, settings), run_, data_, "test", false));
    PreparedRun again(run_.config(), data_);
    auto state = run_.checkpoint();
    if (again.selection) again.selection->take_state(state);
    again.learner->load_state(state);
    if (again.selection) again.selection->restore(*again.learner);
    const auto& inputs = again.set.test.inputs;
    expect_python_says(inputs, dynamic_cast<Trainer&>(*again.learner).predict(inputs), tolerance);
  }

  void expect_python_says(const at::Tensor& inputs, const at::Tensor& expected, double tolerance) const {
    export_run(run_, {"python", folder() / "exported"}, data_);
    const auto file = folder() / "case.safetensors";
    write_file(file,
               safetensors_bytes(
                   {{{"inputs", inputs}, {"expected", expected}, {"tolerance", at::tensor(tolerance)}}, {}}));
    run_python(std::filesystem::path(SPINLAB_TEST_FOLDER) / "export" / "check_predictions.py",
               {(folder() / "exported").string(), file.string()});
  }

  /// Of an estimator with these weights; none is fitted, which a course may have left out of it.
  void expect_the_same_of(const char* model, const Json& data,
                          std::map<std::string, at::Tensor> weights) const {
    const auto complete = config({{"name", model}}, data);
    const PreparedRun prepared(complete, data_);
    const auto& set = prepared.set;
    const Normalizer normalizer(set, at::kDouble, at::kCPU);
    auto state = weights;
    state.insert(normalizer.statistics().begin(), normalizer.statistics().end());
    RunFolder made = run_;
    made.start(prepared.json, run_record("test"), prepared.learner->metrics(), false);
    made.save(state, 0);
    const auto estimator = models::make_estimator(
        complete.at("model"),
        {.input = set.train.inputs.sizes().slice(1).vec(), .outputs = weights.at("intercept").size(0)},
        model);
    estimator->load_state(weights);
    const auto& inputs = set.test.inputs;
    expect_python_says(inputs, estimator->predict(normalizer(inputs).flatten(1)), 1e-12);
  }

  RunFolder run_{folder() / "run"};
  datasets::DataFolders data_;
};

TEST_F(PythonModelTest, Linear) { expect_the_same({{"name", "linear"}}, {{"name", "linear"}}); }

TEST_F(PythonModelTest, Mlp) {
  const Json model = {{"name", "mlp"}, {"hidden", {9, 7}}, {"activation", "gelu"}, {"dropout", 0.2}};
  expect_the_same(model, {{"name", "linear"}});
}

TEST_F(PythonModelTest, EveryActivation) {
  for (const auto* activation : {"relu", "tanh", "sigmoid", "identity"}) {
    std::filesystem::remove_all(run_.path());
    std::filesystem::remove_all(folder() / "exported");
    expect_the_same({{"name", "mlp"}, {"activation", activation}}, ising_images(4));
  }
}

TEST_F(PythonModelTest, Float64) {
  expect_the_same({{"name", "mlp"}, {"activation", "tanh"}}, {{"name", "linear"}}, {{"precision", "float64"}},
                  1e-13);
}

TEST_F(PythonModelTest, TheAverageOfTheBestEpoch) {
  const Json validated = {{"ema_decay", 0.9}, {"epochs", 5}, {"validation", {{"fraction", 0.2}}}};
  expect_the_same({{"name", "mlp"}}, {{"name", "linear"}}, validated);
}

TEST_F(PythonModelTest, LeNet5) { expect_the_same({{"name", "lenet5"}}, ising_images(32)); }

TEST_F(PythonModelTest, LeNet5AsOfToday) {
  expect_the_same({{"name", "lenet5"}, {"activation", "relu"}, {"pooling", "max"}}, ising_images(28));
}

TEST_F(PythonModelTest, ResNet) {
  const Json model = {{"name", "resnet"}, {"filters", 6}, {"widths", {8, 10, 12}}, {"branches", {0, 2, 1}}};
  expect_the_same(model, ising_images(20), {{"channels_last", true}});
}

TEST_F(PythonModelTest, RidgeOfValues) {
  const auto set = datasets::load_dataset({{"name", "linear"}}, data_, 1);
  const auto features = set.train.inputs.size(1);
  expect_the_same_of("ridge", {{"name", "linear"}},
                     {{"weights", at::randn({features, 1}, at::kDouble)},
                      {"intercept", at::randn({1}, at::kDouble)},
                      {"kind", at::tensor({0.0, set.train.targets.dim() == 1 ? 1.0 : 0.0}, at::kDouble)}});
}

TEST_F(PythonModelTest, RidgeOfClasses) {
  expect_the_same_of("ridge", ising_images(4),
                     {{"weights", at::randn({16, 2}, at::kDouble)},
                      {"intercept", at::randn({2}, at::kDouble)},
                      {"kind", at::tensor({1.0, 1.0}, at::kDouble)}});
}

TEST_F(PythonModelTest, Logistic) {
  expect_the_same_of(
      "logistic", ising_images(4),
      {{"weights", at::randn({16, 2}, at::kDouble)}, {"intercept", at::randn({2}, at::kDouble)}});
}

TEST_F(PythonModelTest, IsNotThereForAModelWithoutADescription) { EXPECT_FALSE(python_model("a-users-own")); }

// Bytes from 0 to 255 are what a user of model.py has.
class PythonModelDataTest : public RealDataTest {};

TEST_F(PythonModelDataTest, ImagesOfBytes) {
  const auto folders = datasets::DataFolders(data("").string());
  const RunFolder run(folder() / "run");
  const auto config = complete_config({{"recipe", "toy"},
                                       {"model", {{"name", "linear"}}},
                                       {"data", {{"name", "mnist"}, {"max_train", 100}, {"max_test", 1500}}},
                                       {"epochs", 1}},
                                      "toy");
  ASSERT_TRUE(start_run(config, run, folders, "test", false));
  PreparedRun again(run.config(), folders);
  again.learner->load_state(run.checkpoint());
  export_run(run, {"python", folder() / "exported"}, folders);
  const auto& inputs = again.set.test.inputs;
  ASSERT_EQ(inputs.scalar_type(), at::kByte);
  const auto expected = dynamic_cast<Trainer&>(*again.learner).predict(inputs);
  write_file(
      folder() / "case",
      safetensors_bytes({{{"inputs", inputs}, {"expected", expected}, {"tolerance", at::tensor(1e-6)}}, {}}));
  run_python(std::filesystem::path(SPINLAB_TEST_FOLDER) / "export" / "check_predictions.py",
             {(folder() / "exported").string(), (folder() / "case").string()});
}

}  // namespace
}  // namespace spinlab::training
