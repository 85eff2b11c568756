// The two phases of deep tanh networks over the variances of weights and biases: theory's edge of chaos, the
// correlation of two inputs behind many layers of finite random networks, and the accuracy of trained ones.
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "experiments/deep_signals.h"
#include "experiments/examples.h"
#include "experiments/run.h"
#include "experiments/sgd_training.h"
#include "experiments/statistics.h"
#include "src/core/numbers_of.h"
#include "src/core/seed.h"
#include "src/theory/mean_field/mean_field.h"

namespace spinlab::experiments {
namespace {

constexpr int64_t kInputs = 100;  // of the random networks
constexpr int64_t kDeep =
    200;  // layers behind which all but networks near the edge have come to their fixed points

std::vector<double> variances(const Config& config, const std::string& key) {
  const auto all = config.get<std::vector<double>>(key);
  for (const double one : all)
    TORCH_CHECK_VALUE(one > 0 && one <= 10, config.where(), ": ", key, " must lie in (0, 10], got ", one);
  TORCH_CHECK_VALUE(all.size() > 1, config.where(), ": ", key, " needs two values at least");
  return all;
}

struct Training {
  explicit Training(const Config& config)
      : layers(config.integer("layers", 1, 1000)),
        width(config.integer("width", 1, 1 << 14)),
        examples(config.integer("examples", 1, 60'000)),
        sgd{config.integer("steps", 1, 1'000'000), config.integer("batch", 1, 60'000),
            config.number("rate", 1e-9, 100)} {}
  int64_t layers, width, examples;
  SgdOptions sgd;
};

struct Settings {
  explicit Settings(const Config& config)
      : weight_variances(variances(config, "weight_variances")),
        bias_variances(variances(config, "bias_variances")),
        resolution(config.integer("resolution", 2, 10'000)),
        correlation(config.number("correlation", -1, 1)),
        layers(config.integer("layers", 1, 10'000)),
        width(config.integer("width", 1, 1 << 14)),
        networks(config.integer("networks", 2, 10'000)),
        data(config.one_of("data", {"mnist", "clusters"})),
        training(config.section("training")) {}

  /// Of the grid's point number `at`, row by row of the weights' variances.
  DenseNetworkOptions network(int64_t at, int64_t inputs, int64_t width, int64_t layers,
                              int64_t outputs) const {
    const auto biases = static_cast<int64_t>(bias_variances.size());
    return {inputs,
            std::vector<int64_t>(static_cast<size_t>(layers), width),
            outputs,
            "tanh",
            weight_variances[static_cast<size_t>(at / biases)],
            bias_variances[static_cast<size_t>(at % biases)]};
  }
  int64_t size() const { return static_cast<int64_t>(weight_variances.size() * bias_variances.size()); }

  std::vector<double> weight_variances, bias_variances;
  int64_t resolution;  // points of theory in σ_b²; three times as many in σ_w², along which lines are drawn
  double correlation;
  int64_t layers, width, networks;
  std::string data;
  Training training;
};

/// Two inputs with |x|² = d and this correlation, (2, d).
at::Tensor two_inputs(double correlation) {
  auto X = at::zeros({2, kInputs}, at::kDouble);
  const double root = std::sqrt(static_cast<double>(kInputs));
  X[0][0] = root;
  X[1][0] = root * correlation;
  X[1][1] = root * std::sqrt(1 - correlation * correlation);
  return X;
}

/// z·z'/(|z| |z'|) of the last layer.
double measured_correlation(const DenseNetwork& network, const at::Tensor& X) {
  const auto z = network(X);
  return (z[0].dot(z[1]) / (z[0].norm() * z[1].norm())).item<double>();
}

/// (grid's points, networks)
at::Tensor correlations(const Run& run, const Settings& settings) {
  const auto found = at::empty({settings.size(), settings.networks}, at::kDouble);
  const auto X = two_inputs(settings.correlation);
  run.tasks("correlations", std::vector<double>(static_cast<size_t>(found.numel()), 1.0), [&](int64_t task) {
    const auto at = task / settings.networks;
    const auto options = settings.network(at, kInputs, settings.width, settings.layers - 1, settings.width);
    const DenseNetwork network(options, make_generator(run.seed, "random network", task));
    found[at][task % settings.networks] = measured_correlation(network, X);
  });
  return found;
}

std::vector<double> accuracies(const Run& run, const Settings& settings, const ExampleSet& examples) {
  const auto& training = settings.training;
  const auto all = examples.train;
  const auto chosen = at::randperm(all.size(), make_generator(run.seed, "subset"), at::kLong)
                          .slice(0, 0, std::min(training.examples, all.size()));
  const auto subset = all.rows(chosen);
  std::vector<double> found(static_cast<size_t>(settings.size()));
  run.tasks("training", std::vector<double>(found.size(), 1.0), [&](int64_t at) {
    const auto options = settings.network(at, subset.X.size(1), training.width, training.layers, 10);
    const DenseNetwork network(options, make_generator(run.seed, "trained network", at), at::kFloat);
    train_classifier(network, subset, training.sgd, make_generator(run.seed, "batches", at));
    found[static_cast<size_t>(at)] = accuracy(network, subset);
  });
  return found;
}

/// From the least to the largest, evenly, and the given ones among them.
std::vector<double> fine(const std::vector<double>& given, int64_t resolution) {
  const auto [low, high] = std::minmax_element(given.begin(), given.end());
  const auto even = at::linspace(*low, *high, resolution, at::kDouble);
  std::set<double> all(given.begin(), given.end());
  all.insert(even.data_ptr<double>(), even.data_ptr<double>() + resolution);
  return {all.begin(), all.end()};
}

/// Of one bias variance, at all weight variances: the correlation behind the layers, χ₁ and ξ_c; and the
/// edge.
Json theory_row(const Settings& settings, const at::Tensor& weights, double bias) {
  DeepSignals signals(tanh_of_pictures(), weights, at::full_like(weights, bias), settings.correlation);
  Json row;
  signals.advance_to(settings.layers);
  row["correlation"] = numbers_of(signals.correlation());
  signals.advance_to(std::max(settings.layers, kDeep));
  row["slope"] = numbers_of(signals.slope_at_one());
  row["depth"] = numbers_of(signals.correlation_depth());
  row["edge"] = theory::edge_of_chaos(theory::make_dual({{"name", "tanh"}}, "tanh"), bias);
  return row;
}

/// The same of all bias variances, a list of rows each.
Json theory_map(const Run& run, const Settings& settings) {
  const auto weights = fine(settings.weight_variances, 3 * settings.resolution);
  const auto biases = fine(settings.bias_variances, settings.resolution);
  std::vector<Json> rows(biases.size());
  run.tasks("theory", std::vector<double>(biases.size(), 1.0), [&](int64_t row) {
    const auto at = static_cast<size_t>(row);
    rows[at] = theory_row(settings, at::tensor(weights, at::kDouble), biases[at]);
  });
  Json json{{"weight_variances", weights}, {"bias_variances", biases}};
  for (const auto& row : rows)
    for (const auto& [key, value] : row.items()) json[key].push_back(value);
  return json;
}

Json grid(const Settings& settings, const at::Tensor& correlations, const std::vector<double>& accuracies) {
  std::vector<double> weights, biases;
  std::vector<Measured> measured;
  for (int64_t at = 0; at < settings.size(); ++at) {
    const auto options = settings.network(at, 1, 1, 1, 1);
    weights.push_back(options.weight_variance);
    biases.push_back(options.bias_variance);
    measured.push_back(mean_of(correlations[at]));
  }
  DeepSignals signals(tanh_of_pictures(), at::tensor(weights, at::kDouble), at::tensor(biases, at::kDouble),
                      settings.correlation);
  signals.advance_to(settings.layers);
  Json json{{"weight_variance", weights}, {"bias_variance", biases}};
  json["expected"] = numbers_of(signals.correlation());
  json["correlation"] = columns(measured);
  json["accuracy"] = accuracies;
  return json;
}

Json numbers(const Run& run) {
  const Settings settings(run.settings);
  const auto examples = load_examples(settings.data, run.data, run.seed);
  const auto found = correlations(run, settings);
  const auto trained = accuracies(run, settings, examples);
  Json json;
  json["theory"] = theory_map(run, settings);
  json["grid"] = grid(settings, found, trained);
  return json;
}

const Registered<ExperimentEntry> kRegistered{{.name = "phase-diagram", .numbers = numbers}};

}  // namespace
}  // namespace spinlab::experiments
