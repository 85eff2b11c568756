// Which tanh networks learn anything within a few hundred steps, over depth and weight variance, beside the
// depth ξ_c over which two inputs forget how far they are apart. [Schoenholz et al., ICLR 2017, fig. 5]
#include <ATen/ATen.h>

#include <algorithm>

#include "experiments/deep_signals.h"
#include "experiments/examples.h"
#include "experiments/run.h"
#include "experiments/sgd_training.h"
#include "experiments/statistics.h"
#include "src/core/numbers_of.h"
#include "src/core/seed.h"

namespace spinlab::experiments {
namespace {

constexpr int64_t kFine = 121;
/// Layers behind which correlations are at their fixed points, or ξ_c is beyond the picture.
constexpr int64_t kDeep = 2000;

std::vector<double> weight_variances(const Config& config) {
  const auto all = config.get<std::vector<double>>("weight_variances");
  for (const double one : all)
    TORCH_CHECK_VALUE(one > 0 && one <= 100, config.where(), ": weight_variances must lie in (0, 100], got ",
                      one);
  TORCH_CHECK_VALUE(all.size() > 1, config.where(), ": weight_variances needs two values at least");
  return all;
}

struct Settings {
  explicit Settings(const Config& config)
      : data(config.one_of("data", {"mnist", "clusters"})),
        examples(config.integer("examples", 1, 60'000)),
        bias_variance(config.number("bias_variance", 1e-6, 100)),
        weight_variances(experiments::weight_variances(config)),
        depths(config.integers("depths", 1, 10'000)),
        width(config.integer("width", 1, 1 << 14)),
        sgd{config.integer("steps", 1, 1'000'000), config.integer("batch", 1, 60'000),
            config.number("rate", 1e-9, 100)} {}

  std::string data;
  int64_t examples;
  double bias_variance;
  std::vector<double> weight_variances;
  std::vector<int64_t> depths;
  int64_t width;
  SgdOptions sgd;
};

/// ξ_c at each weight variance.
std::vector<double> correlation_depths(const Settings& settings, const at::Tensor& weight_variances) {
  DeepSignals signals(tanh_of_pictures(), weight_variances,
                      at::full_like(weight_variances, settings.bias_variance), 0.5);
  signals.advance_to(kDeep);
  return numbers_of(signals.correlation_depth());
}

/// ξ_c on a fine grid of σ_w².
Json theory_line(const Settings& settings) {
  const auto& coarse = settings.weight_variances;
  const auto [low, high] = std::minmax_element(coarse.begin(), coarse.end());
  const auto fine = at::linspace(*low, *high, kFine, at::kDouble);
  Json json{{"weight_variance", numbers_of(fine)}};
  json["depth"] = correlation_depths(settings, fine);
  return json;
}

Json numbers(const Run& run) {
  const Settings settings(run.settings);
  const auto all = load_examples(settings.data, run.data, run.seed).train;
  const auto subset = all.rows(at::randperm(all.size(), make_generator(run.seed, "subset"), at::kLong)
                                   .slice(0, 0, std::min(settings.examples, all.size())));
  const auto columns = static_cast<int64_t>(settings.weight_variances.size());
  const auto rows = static_cast<int64_t>(settings.depths.size());
  std::vector<double> costs;
  for (auto row = rows; row-- > 0;)  // the longest first
    costs.insert(costs.end(), settings.weight_variances.size(),
                 static_cast<double>(settings.depths[static_cast<size_t>(row)]) + 5);
  const auto found = at::empty({rows, columns}, at::kDouble);
  run.tasks("networks", costs, [&](int64_t task) {
    const auto row = rows - 1 - task / columns, column = task % columns;
    const auto depth = static_cast<size_t>(settings.depths[static_cast<size_t>(row)]);
    const DenseNetworkOptions options{subset.X.size(1),
                                      std::vector<int64_t>(depth, settings.width),
                                      10,
                                      "tanh",
                                      settings.weight_variances[static_cast<size_t>(column)],
                                      settings.bias_variance};
    const DenseNetwork network(options, make_generator(run.seed, "network", row * columns + column),
                               at::kFloat);
    train_classifier(network, subset, settings.sgd,
                     make_generator(run.seed, "batches", row * columns + column));
    found[row][column] = accuracy(network, subset);
  });
  Json json{{"theory", theory_line(settings)}};
  json["correlation_depth"] =
      correlation_depths(settings, at::tensor(settings.weight_variances, at::kDouble));
  for (const auto& row : found.unbind()) json["accuracy"].push_back(numbers_of(row));
  json["accuracy_examples"] = subset.size();
  return json;
}

const Registered<ExperimentEntry> kRegistered{{.name = "depth-scale", .numbers = numbers}};

}  // namespace
}  // namespace spinlab::experiments
