#include "models/registry.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <numeric>

#include "models/networks/lenet5.h"
#include "models/networks/linear.h"
#include "models/estimators/logistic.h"
#include "models/networks/mlp.h"
#include "models/networks/resnet.h"
#include "models/estimators/ridge.h"
#include "src/core/options.h"

namespace spinlab::models {
namespace {

constexpr int64_t kMaxWidth = 1 << 20, kMaxBranch = 1000;

template <typename Holder>
Network network(Holder holder) {
  auto shared = holder.ptr();
  auto* module = shared.get();
  Network made{shared, [module](const at::Tensor& x) { return module->forward(x); }, nullptr};
  if constexpr (requires(at::Tensor x) { module->initialize(x); }) {
    made.initialize = [module](const at::Tensor& inputs) { module->initialize(inputs); };
  }
  return made;
}

std::vector<int64_t> integers(const Config& config, const std::string& key, int64_t low, int64_t high) {
  std::vector<int64_t> all;
  for (const auto& value : config.get<Json::array_t>(key)) {
    const bool fits =
        value.is_number_integer() && value.get<int64_t>() >= low && value.get<int64_t>() <= high;
    TORCH_CHECK_VALUE(fits, config.where(), ": ", key,
                      " must hold whole numbers from ", low, " to ", high, ", got ", value.dump());
    all.push_back(value.get<int64_t>());
  }
  return all;
}

std::vector<int64_t> widths(const Config& config, const std::string& key) {
  return integers(config, key, 1, kMaxWidth);
}

Network make_linear(const Config&, const Problem& problem) {
  return network(LinearModel(LinearModelOptions(problem.features(), problem.outputs)));
}

Network make_mlp(const Config& config, const Problem& problem) {
  auto options = MLPOptions(problem.features(), widths(config, "hidden"), problem.outputs);
  options.activation(config.get<std::string>("activation")).dropout(config.number("dropout", 0, 0.99));
  return network(MLP(options));
}

Network make_lenet5(const Config& config, const Problem& problem) {
  const auto& size = problem.input;
  TORCH_CHECK_VALUE(size.size() == 3 && size[1] == size[2] && (size[1] == 28 || size[1] == 32),
                    config.where(), ": lenet5 takes images of 28 x 28 or 32 x 32, got inputs of ",
                    c10::IntArrayRef(size), "; choose another model or data set");
  auto options = LeNet5Options(size[0], problem.outputs);
  options.activation(config.get<std::string>("activation")).pooling(config.get<std::string>("pooling"));
  return network(LeNet5(options));
}

Network make_resnet(const Config& config, const Problem& problem) {
  const auto& size = problem.input;
  const auto stages = widths(config, "widths");
  TORCH_CHECK_VALUE(
      size.size() == 3 && stages.size() < 31 && std::min(size[1], size[2]) > (int64_t{1} << stages.size()),
      config.where(), ": a resnet of ", stages.size(), " stages takes images of more than 2^", stages.size(),
      " pixels in height and width, got inputs of ", c10::IntArrayRef(size),
      "; choose fewer widths or another model");
  auto options = ResNetOptions(size[0], problem.outputs);
  options.filters(config.integer("filters", 2, kMaxWidth))
      .widths(stages)
      .branches(integers(config, "branches", 0, kMaxBranch))
      .scale(config.number("scale", 1e-6, 1e6));
  return network(ResNet(options));
}

std::unique_ptr<Estimator> make_ridge(const Config& config, const Problem&) {
  return std::make_unique<Ridge>(config.number("penalty", 0, 1e12));
}

std::unique_ptr<Estimator> make_logistic(const Config& config, const Problem& problem) {
  TORCH_CHECK_VALUE(problem.classification, config.where(),
                    ": logistic needs classes; choose ridge for regression");
  return std::make_unique<LogisticRegression>(problem.outputs, config.number("penalty", 0, 1e12),
                                              config.integer("max_iterations", 1, 1'000'000));
}

std::vector<NamedOptions> choices() {
  std::vector<NamedOptions> all;
  for (const auto& entry : registry()) all.push_back({entry.name, entry.defaults});
  return all;
}

}  // namespace

int64_t Problem::features() const {
  return std::accumulate(input.begin(), input.end(), int64_t{1}, std::multiplies<>());
}

const std::vector<ModelEntry>& registry() {
  static const std::vector<ModelEntry> all = {
      {"linear", "one affine map: softmax or linear regression by gradients", Json::object(), make_linear,
       nullptr},
      {"mlp",
       "a fully connected network",
       {{"hidden", {128}}, {"activation", "relu"}, {"dropout", 0.0}},
       make_mlp,
       nullptr},
      {"lenet5",
       "LeNet-5 for images of 28 x 28 or 32 x 32",
       {{"activation", "tanh"}, {"pooling", "average"}},
       make_lenet5,
       nullptr},
      {"resnet",
       "a small residual network for images, its first layer whitening",
       {{"filters", 24}, {"widths", {32, 64, 128}}, {"branches", {0, 2, 2}}, {"scale", 0.125}},
       make_resnet,
       nullptr},
      {"ridge",
       "least squares with a quadratic penalty, in closed form",
       {{"penalty", 0.0}},
       nullptr,
       make_ridge},
      {"logistic",
       "logistic (softmax) regression to its optimum",
       {{"penalty", 1e-4}, {"max_iterations", 200}},
       nullptr,
       make_logistic},
  };
  return all;
}

const ModelEntry& find_model(const std::string& name) {
  const auto& entries = registry();
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.name == name; });
  TORCH_CHECK_VALUE(found != entries.end(), "there is no model \"", name, "\"",
                    did_you_mean(name, names(choices())));
  return *found;
}

Json with_defaults(const Json& options, const std::string& where) {
  return spinlab::with_defaults(choices(), "model", options, where);
}

Network make_network(const Json& options, const Problem& problem, const std::string& where) {
  const Config config(with_defaults(options, where), where);
  const auto& entry = find_model(config.get<std::string>("name"));
  TORCH_CHECK_VALUE(entry.network, where, ": ", entry.name,
                    " is fitted, not trained by gradients; use one that is");
  return entry.network(config, problem);
}

std::unique_ptr<Estimator> make_estimator(const Json& options, const Problem& problem,
                                          const std::string& where) {
  const Config config(with_defaults(options, where), where);
  const auto& entry = find_model(config.get<std::string>("name"));
  TORCH_CHECK_VALUE(entry.estimator, where, ": ", entry.name,
                    " is trained by gradients, not fitted in one call");
  return entry.estimator(config, problem);
}

}  // namespace spinlab::models
