// The two phases of deep tanh networks over the variances of weights and biases: theory's edge of chaos, the
// correlation of two inputs behind many layers of finite random networks, and the accuracy of trained ones.
#include <ATen/ATen.h>

#include <cmath>

#include "experiments/examples.h"
#include "experiments/run.h"
#include "experiments/sgd_training.h"
#include "experiments/statistics.h"
#include "src/core/seed.h"
#include "src/theory/mean_field/mean_field.h"

namespace spinlab::experiments {
namespace {

constexpr int64_t kInputs = 100;  // of the random networks
constexpr int64_t kFine = 61;     // points of theory along a side

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
  double correlation;
  int64_t layers, width, networks;
  std::string data;
  Training training;
};

theory::MeanField mean_field(double weight_variance, double bias_variance) {
  static const auto tanh = theory::make_dual({{"name", "tanh"}}, "tanh");
  return {tanh, weight_variance, bias_variance};
}

/// What theory expects of the pre-activations of the last of `layers`, of inputs with |x|² = d.
double expected_correlation(const theory::MeanField& network, double correlation, int64_t layers) {
  const double w = network.weight_variance, b = network.bias_variance;
  return theory::trajectory(network, w + b, (w * correlation + b) / (w + b), layers - 1).correlation.back();
}

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

std::vector<double> fine(const std::vector<double>& coarse) {
  const auto all = at::linspace(coarse.front(), coarse.back(), kFine, at::kDouble);
  return {all.data_ptr<double>(), all.data_ptr<double>() + kFine};
}

/// χ₁ and the correlation behind the layers on a fine grid, rows of the biases' variances, and the edge.
Json theory_map(const Settings& settings) {
  const auto weights = fine(settings.weight_variances), biases = fine(settings.bias_variances);
  Json json{{"weight_variances", weights}, {"bias_variances", biases}};
  for (const double b : biases) {
    std::vector<double> slopes, depths, ends;
    for (const double w : weights) {
      const auto network = mean_field(w, b);
      const auto point = theory::fixed_point(network);
      slopes.push_back(point.slope_at_one);
      depths.push_back(std::isfinite(point.correlation_depth) ? point.correlation_depth : 1e6);
      ends.push_back(expected_correlation(network, settings.correlation, settings.layers));
    }
    json["slope"].push_back(slopes);
    json["depth"].push_back(depths);
    json["correlation"].push_back(ends);
    json["edge"].push_back(theory::edge_of_chaos(mean_field(1, b).phi, b));
  }
  return json;
}

Json grid(const Settings& settings, const at::Tensor& correlations, const std::vector<double>& accuracies) {
  std::vector<Measured> measured;
  Json json;
  for (int64_t at = 0; at < settings.size(); ++at) {
    const auto options = settings.network(at, 1, 1, 1, 1);
    json["weight_variance"].push_back(options.weight_variance);
    json["bias_variance"].push_back(options.bias_variance);
    json["expected"].push_back(expected_correlation(
        mean_field(options.weight_variance, options.bias_variance), settings.correlation, settings.layers));
    measured.push_back(mean_of(correlations[at]));
  }
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
  json["theory"] = theory_map(settings);
  json["grid"] = grid(settings, found, trained);
  return json;
}

const Registered<ExperimentEntry> kRegistered{{.name = "phase-diagram", .numbers = numbers}};

}  // namespace
}  // namespace spinlab::experiments
