#include "src/training/export/python_model.h"

#include <ATen/ATen.h>

#include "models/estimators/polynomial.h"
#include "src/core/files.h"
#include "src/core/python.h"
#include "src/training/config.h"
#include "src/training/export/export_run.h"
#include "src/training/export/safetensors.h"
#include "src/training/runs/prepared_run.h"
#include "src/training/runs/restored_run.h"
#include "src/training/runs/run.h"
#include "src/training/runs/run_record.h"
#include "src/training/trainer.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

namespace fs = std::filesystem;

Json ising_images(int64_t side) {
  return {{"name", "ising"},
          {"side", side},
          {"samples", 8},
          {"sweeps", 2},
          {"temperatures", {1.0, 1.5, 3.0, 3.5}}};
}

/// Models on data sets, exported with what C++ predicts from the test part, and all asked in one start of
/// Python.
class ExportedModels {
 public:
  ExportedModels(fs::path folder, datasets::DataFolders data)
      : folder_(std::move(folder)), data_(std::move(data)) {}

  /// Trains a network for two epochs. `others`: what its forward takes beside the inputs of the test part.
  void train(const std::string& name, const Json& model, const Json& data,
             const Json& changes = Json::object(), double tolerance = 1e-6,
             const std::vector<at::Tensor>& others = {}) {
    const RunFolder run(folder_ / "runs" / name);
    Json settings = {{"batch", 8},
                     {"epochs", 2},
                     {"optimizer", {{"name", "sgd"}, {"lr", 0.001}}},
                     {"device", "cpu"},
                     {"threads", 1}};
    settings.update(changes);
    ASSERT_TRUE(start_run(config(model, data, settings), run, data_, "test", false));
    PreparedRun again(run.config(), data_);
    auto state = run.checkpoint();
    if (again.selection) again.selection->take_state(state);
    again.learner->load_state(state);
    if (again.selection) again.selection->restore(*again.learner);
    const auto& inputs = again.set.test.inputs;
    auto& trainer = dynamic_cast<Trainer&>(*again.learner);
    if (others.empty()) return add(run, inputs, trainer.predict(inputs), tolerance);
    const at::NoGradGuard outside_the_graph;
    std::vector<at::Tensor> all{Normalizer(again.set, at::kFloat, at::kCPU)(inputs)};
    all.insert(all.end(), others.begin(), others.end());
    add(run, inputs, trainer.network()->forward(all), tolerance, others);
    if (others[0].scalar_type() == at::kLong) add_answers(run, *trainer.network(), inputs, others[0]);
  }

  /// An estimator with these weights: none is fitted, which a course may have left out of it.
  void make(const std::string& name, const Json& model, const Json& data, const NamedTensors& weights) {
    const auto complete = config(model, data, Json::object());
    const PreparedRun prepared(complete, data_);
    const auto& set = prepared.set;
    const Normalizer normalizer(set, at::kDouble, at::kCPU);
    auto state = weights;
    state.insert(normalizer.statistics().begin(), normalizer.statistics().end());
    RunFolder run(folder_ / "runs" / name);
    run.start(prepared.json, run_record("test"), prepared.learner->metrics(), false);
    run.save(state, 0);
    const models::Problem problem{.input = set.train.inputs.sizes().slice(1).vec(),
                                  .outputs = weights.at("intercept").size(0)};
    const auto estimator = models::make_estimator(complete.at("model"), problem, name);
    estimator->load_state(weights);
    add(run, set.test.inputs, estimator->predict(normalizer(set.test.inputs).flatten(1)), 1e-12);
  }

  /// Fits a forecaster.
  void fit(const std::string& name, const Json& model, const Json& data, double tolerance) {
    const RunFolder run(folder_ / "runs" / name);
    ASSERT_TRUE(start_run(config(model, data, Json::object()), run, data_, "test", false));
    const auto again = restored_run(run, data_, "cpu");
    const auto forecast = again.learner->predict(again.set.test.inputs);
    const auto heard = again.set.test.inputs.slice(1, 0, again.set.motion->heard);
    add(run, heard, forecast.select(1, 0), tolerance, {}, {{"forecast", forecast.contiguous()}});
  }

  void expect_that_python_says_the_same() const {
    run_python(fs::path(SPINLAB_TEST_FOLDER) / "export" / "check_predictions.py", exported_);
  }

 private:
  static Json config(const Json& model, const Json& data, const Json& settings) {
    Json recipe = {{"recipe", "toy"}, {"model", model}, {"data", data}};
    recipe.update(settings);
    return complete_config(recipe, "toy");
  }

  void add(const RunFolder& run, const at::Tensor& inputs, const at::Tensor& expected, double tolerance,
           const std::vector<at::Tensor>& others = {}, const NamedTensors& more = {}) {
    const auto folder = folder_ / "exported" / run.path().filename();
    export_run(run, {"python", folder}, data_);
    NamedTensors said = {{"inputs", inputs.contiguous()},
                         {"expected", expected.contiguous()},
                         {"tolerance", at::tensor(tolerance)}};
    said.insert(more.begin(), more.end());
    for (size_t i = 0; i < others.size(); ++i) said["other" + std::to_string(i)] = others[i];
    write_file(folder / "case.safetensors", safetensors_bytes({said, {}}));
    exported_.push_back(folder.string());
  }

  /// As many tokens as the right answers have, each the most probable after those before it.
  void add_answers(const RunFolder& run, const models::Network& network, const at::Tensor& inputs,
                   const at::Tensor& right) {
    const auto outputs = network.forward({inputs, right}).size(2);
    auto begun = at::full({right.size(0), 1}, outputs, at::kLong);
    for (int64_t place = 0; place < right.size(1); ++place)
      begun = at::cat({begun, network.forward({inputs, begun}).select(1, place).argmax(1, true)}, 1);
    const auto file = folder_ / "exported" / run.path().filename() / "case.safetensors";
    auto said = read_safetensors(file).tensors;
    said["answers"] = begun.slice(1, 1).contiguous();
    write_file(file, safetensors_bytes({said, {}}));
  }

  fs::path folder_;
  datasets::DataFolders data_;
  std::vector<std::string> exported_;
};

class PythonModelTest : public SpinlabTest {
 protected:
  ExportedModels models_{folder(), datasets::DataFolders()};
};

TEST_F(PythonModelTest, FullyConnectedNetworksPredictTheSame) {
  const Json rows = {{"name", "linear"}};
  models_.train("linear", {{"name", "linear"}}, rows);
  models_.train("mlp", {{"name", "mlp"}, {"hidden", {9, 7}}, {"activation", "gelu"}, {"dropout", 0.2}}, rows);
  models_.train("float64", {{"name", "mlp"}, {"activation", "tanh"}}, rows, {{"precision", "float64"}},
                1e-13);
  const Json validated = {{"ema_decay", 0.9}, {"epochs", 5}, {"validation", {{"fraction", 0.2}}}};
  models_.train("average-of-best-epoch", {{"name", "mlp"}}, rows, validated);
  for (const auto* activation : {"relu", "tanh", "sigmoid", "identity"})
    models_.train(activation, {{"name", "mlp"}, {"activation", activation}}, ising_images(4));
  models_.expect_that_python_says_the_same();
}

TEST_F(PythonModelTest, ConvolutionalNetworksPredictTheSame) {
  models_.train("lenet5", {{"name", "lenet5"}}, ising_images(32));
  models_.train("lenet5-max", {{"name", "lenet5"}, {"activation", "relu"}, {"pooling", "max"}},
                ising_images(28));
  const Json resnet = {{"name", "resnet"}, {"filters", 6}, {"widths", {8, 10, 12}}, {"branches", {0, 2, 1}}};
  models_.train("resnet", resnet, ising_images(20), {{"channels_last", true}});
  const Json airbench = {{"name", "airbench"}, {"filters", 8}, {"widths", {6, 8}}};
  models_.train("airbench", airbench, ising_images(12), {{"lookahead", {{"every", 2}}}});
  const Json deep = {{"name", "deep_resnet"}, {"depth", 8}};
  models_.train("resnet-8", deep, ising_images(9));
  int number = 0;
  for (const auto& changes :
       {Json{{"shortcut", "none"}, {"norm", "layer"}},
        Json{{"shortcut", "projection"}, {"depth", 10}, {"preactivation", true}, {"dropout", 0.3}},
        Json{{"preactivation", true}, {"norm", "group"}, {"groups", 4}}}) {
    auto changed = deep;
    changed.update(changes);
    models_.train("deep" + std::to_string(number++), changed, ising_images(9));
  }
  // BEGIN SOLUTION
  const Json equivariant = {{"name", "equivariant_cnn"}, {"widths", {3, 2}}, {"layers", {1, 2}}};
  models_.train("p4m", equivariant, ising_images(8));
  // END SOLUTION
  models_.expect_that_python_says_the_same();
}

TEST_F(PythonModelTest, NetworksOfTokensDensitiesAndNoiseSayTheSame) {
  const Json points = {{"name", "gaussian-mixture"}, {"samples", 200}};
  const auto at_test =
      PreparedRun(
          complete_config({{"recipe", "toy"}, {"model", {{"name", "gaussian_mixture"}}}, {"data", points}},
                          "toy"),
          datasets::DataFolders())
          .set.test.size();
  models_.train("density", {{"name", "gaussian_mixture"}, {"components", 3}}, points,
                {{"precision", "float64"}}, 1e-12);
  models_.train("noise", {{"name", "denoising_mlp"}, {"hidden", {8, 7}}}, points,
                {{"objective", {{"name", "denoising"}}}}, 1e-5, {at::rand({at_test})});
  write_file(folder() / "words.txt",
             std::string(40, 'a') + "bcabcbacb" + std::string(60, 'b') + "cabcabbbacbacbcb");
  models_.train("bigram", {{"name", "bigram"}},
                {{"name", "text"}, {"file", (folder() / "words.txt").string()}, {"context", 4}});
  const Json recurrent = {{"hidden", 9}, {"layers", 2}};
  const auto cells = [&](const char* name, Json more) {
    more.update(recurrent);
    more["name"] = name;
    return more;
  };
  models_.train("lstm", cells("recurrent", {{"embedding", 4}}),
                {{"name", "text"}, {"file", (folder() / "words.txt").string()}, {"context", 4}});
  models_.train("elman", cells("recurrent", {{"cell", "relu"}, {"embedding", 9}, {"tied", true}}),
                {{"name", "text"}, {"file", (folder() / "words.txt").string()}, {"context", 4}});
  models_.train("rows", cells("sequence_to_vector", {{"cell", "tanh"}}), ising_images(4));
  models_.train("numbers", cells("sequence_to_vector", {{"cell", "gru"}}),
                {{"name", "linear"}, {"samples", 60}});
  models_.train("written", cells("vector_to_sequence", {{"cell", "lstm"}}),
                {{"name", "linear"}, {"samples", 60}});
  // BEGIN SOLUTION
  const Json sequences = {
      {"name", "sequences"}, {"task", "reverse"}, {"tokens", 7}, {"length", 5}, {"samples", 200}};
  const auto pairs = datasets::load_dataset(sequences, datasets::DataFolders(), 1).test;
  models_.train("pairs", cells("recurrent_encoder_decoder", {{"embedding", 4}}), sequences, Json::object(),
                1e-5, {pairs.targets});
  models_.train("one-vector", cells("recurrent_encoder_decoder", {{"cell", "gru"}, {"attention", "none"}}),
                sequences, Json::object(), 1e-5, {pairs.targets});
  const Json small = {{"width", 12}, {"layers", 2}, {"heads", 2}};
  const auto of = [&](const char* name, Json more) {
    more.update(small);
    more["name"] = name;
    return more;
  };
  const Json words = {{"name", "text"}, {"file", (folder() / "words.txt").string()}, {"context", 4}};
  models_.train("gpt", of("gpt", Json::object()), words);
  models_.train("rotary", of("gpt", {{"positions", "rotary"}, {"norm", "rms"}, {"feed_forward", "swiglu"}}),
                words);
  models_.train("shared", of("gpt", {{"positions", "sinusoidal"}, {"key_value_heads", 1}, {"tied", false}}),
                words);
  models_.train("after",
                of("gpt", {{"positions", "none"}, {"norm_place", "post"}, {"bias", false}, {"hidden", 5}}),
                words);
  models_.train("bert", of("bert", Json::object()), words, {{"objective", {{"name", "masked_modelling"}}}});
  models_.train("translator", of("transformer", Json::object()), sequences, Json::object(), 1e-5,
                {pairs.targets});
  // END SOLUTION
  models_.expect_that_python_says_the_same();
}

TEST_F(PythonModelTest, EstimatorsPredictTheSame) {
  const auto normal = [](std::vector<int64_t> sizes) { return at::randn(sizes, at::kDouble); };
  const auto features =
      datasets::load_dataset({{"name", "linear"}}, datasets::DataFolders(), 1).train.inputs.size(1);
  const auto kind = [](double classes, double column) { return at::tensor({classes, column}, at::kDouble); };
  models_.make("ridge-column", {{"name", "ridge"}}, {{"name", "linear"}},
               {{"weights", normal({features, 1})}, {"intercept", normal({1})}, {"kind", kind(0, 1)}});
  models_.make("ridge-table", {{"name", "ridge"}}, {{"name", "linear"}},
               {{"weights", normal({features, 1})}, {"intercept", normal({1})}, {"kind", kind(0, 0)}});
  models_.make("ridge-classes", {{"name", "ridge"}}, ising_images(4),
               {{"weights", normal({16, 2})}, {"intercept", normal({2})}, {"kind", kind(1, 1)}});
  models_.make("logistic", {{"name", "logistic"}}, ising_images(4),
               {{"weights", normal({16, 2})}, {"intercept", normal({2})}});
  models_.make("elastic-net", {{"name", "elastic_net"}}, {{"name", "linear"}},
               {{"weights", normal({features, 1})}, {"intercept", normal({1})}, {"kind", kind(0, 1)}});
  const auto products = models::monomials(at::zeros({1, features}, at::kDouble), 3).size(1);
  models_.make("polynomial", {{"name", "polynomial"}, {"degree", 3}}, {{"name", "linear"}},
               {{"weights", normal({products, 1})},
                {"intercept", normal({1})},
                {"kind", kind(0, 1)},
                {"inputs", at::full({1}, static_cast<double>(features), at::kDouble)}});
  models_.make("random-fourier", {{"name", "random_fourier"}, {"features", 6}}, ising_images(4),
               {{"weights", normal({6, 2})},
                {"intercept", normal({2})},
                {"kind", kind(1, 1)},
                {"frequencies", normal({3, 16})}});
  models_.expect_that_python_says_the_same();
}

// BEGIN SOLUTION
TEST_F(PythonModelTest, ForecastersGoOnTheSame) {
  const Json lorenz = {{"name", "lorenz"}, {"length", 800}, {"test", 3}, {"heard", 60}, {"horizon", 20}};
  const Json small = {
      {"name", "echo_state_network"}, {"units", 53}, {"degree", 7}, {"washout", 50}, {"leak", 0.7},
      {"bias_scaling", 0.2}};
  models_.fit("reservoir", small, lorenz, 1e-8);
  auto plain = small;
  plain["squares"] = false;
  models_.fit("linear-readout", plain, lorenz, 1e-8);
  models_.fit("products",
              {{"name", "next_generation_reservoir"}, {"delays", 3}, {"stride", 2}, {"degree", 3}}, lorenz,
              1e-8);
  models_.expect_that_python_says_the_same();
}
// END SOLUTION

TEST_F(PythonModelTest, IsNotThereForAModelWithoutADescription) { EXPECT_FALSE(python_model("a-users-own")); }

class PythonModelDataTest : public RealDataTest {};

// Bytes from 0 to 255 are what a user of model.py has; more of them than are computed at a time.
TEST_F(PythonModelDataTest, TakesImagesOfBytes) {
  ExportedModels models(folder(), datasets::DataFolders(data("").string()));
  models.train("bytes", {{"name", "linear"}}, {{"name", "mnist"}, {"max_train", 100}, {"max_test", 1500}});
  // Whose mirror images are known to the network.
  models.train("galaxies", {{"name", "equivariant_cnn"}, {"widths", {3, 2}}, {"layers", {1, 1}}},
               {{"name", "galaxies"}, {"max_train", 40}, {"max_test", 20}});
  models.expect_that_python_says_the_same();
}

}  // namespace
}  // namespace spinlab::training
