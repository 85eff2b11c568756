// Test loss of small transformers on Shakespeare against their number of parameters, all of the text read,
// and against the length of the text, the largest network [Kaplan et al., arXiv:2001.08361; Hoffmann et al.,
// arXiv:2203.15556].
#include <ATen/ATen.h>

#include "datasets/dataset.h"
#include "experiments/run.h"
#include "experiments/statistics.h"
#include "models/estimators/ngram.h"
#include "src/core/seed.h"
#include "src/training/trainer.h"

namespace spinlab::experiments {
namespace {

struct Settings {
  explicit Settings(const Config& config)
      : widths(at_least_two(config, "widths", 4, 4096)),
        shares(config.get<std::vector<double>>("shares")),
        layers(config.integer("layers", 1, 64)),
        context(config.integer("context", 2, 4096)),
        batch(config.integer("batch", 1, 1 << 16)),
        steps(config.integer("steps", 1, 10'000'000)),
        rate(config.number("rate", 1e-9, 1)),
        seeds(config.integer("seeds", 2, 1000)),
        ngram(config.integer("ngram", 1, 16)) {
    for (const auto share : shares)
      TORCH_CHECK_VALUE(share > 0 && share <= 1, config.where(), ": shares must lie in (0, 1], got ", share);
  }

  std::vector<int64_t> widths;
  std::vector<double> shares;
  int64_t layers, context, batch, steps;
  double rate;
  int64_t seeds, ngram;
};

/// One training.
struct Point {
  int64_t width = 0;
  double share = 1;
  std::uint64_t seed = 0;
};

struct Outcome {
  double loss = 0;  // nats a character of the test part
  int64_t parameters = 0;
};

Json recipe(const Settings& settings, const Point& point) {
  return {
      {"model", {{"name", "gpt"}, {"width", point.width}, {"layers", settings.layers}, {"heads", 4}}},
      {"data", {{"name", "tinyshakespeare"}, {"context", settings.context}}},
      {"objective", {{"name", "language_modelling"}, {"ngram", 0}}},
      {"optimizer", {{"name", "adamw"}, {"lr", settings.rate}, {"weight_decay", 0.1}, {"decay_1d", false}}},
      {"schedule", {{"name", "cosine"}, {"warmup", 0.05}, {"final", 0.1}}},
      {"clip_norm", 1.0},
      {"epochs", 1},
      {"epoch_steps", settings.steps},
      {"batch", settings.batch},
      {"seed", point.seed}};
}

/// The beginning of the training part.
datasets::Dataset shortened(datasets::Dataset set, double share) {
  auto& train = set.train;
  const auto rows = std::max<int64_t>(1, static_cast<int64_t>(share * static_cast<double>(train.size())));
  train = {train.inputs.narrow(0, 0, rows), train.targets.narrow(0, 0, rows), {}};
  return set;
}

Outcome outcome(const Settings& settings, const Point& point, const datasets::Dataset& all) {
  const auto set = shortened(all, point.share);
  auto config = training::parse_config(training::complete_config(recipe(settings, point), "point"), "point");
  config.epoch_steps = std::min(settings.steps, set.train.size() / settings.batch);
  config.epochs = (settings.steps + config.epoch_steps - 1) / config.epoch_steps;
  training::Trainer trainer(config, set, at::kCPU);
  Outcome found;
  for (const auto& parameter : trainer.network()->module->parameters()) found.parameters += parameter.numel();
  while (!trainer.finished())
    trainer.train_epoch([] {
      Run::go_on();
      return true;
    });
  found.loss = trainer.evaluate(set.test).at("loss");
  return found;
}

/// Of every choice the mean over the seeds.
struct Curve {
  std::vector<int64_t> x;
  std::vector<Measured> loss;

  Json json() const { return {{"x", x}, {"loss", columns(loss)}}; }
};

Measured over_seeds(const std::vector<Outcome>& outcomes, size_t first, int64_t seeds) {
  auto losses = at::empty({seeds}, at::kDouble);
  for (int64_t s = 0; s < seeds; ++s) losses[s] = outcomes[first + static_cast<size_t>(s)].loss;
  return mean_of(losses);
}

Json numbers(const Run& run) {
  const Settings settings(run.settings);
  const auto set = datasets::load_dataset({{"name", "tinyshakespeare"}, {"context", settings.context}},
                                          run.data, run.seed);
  std::vector<Point> points;
  const auto add = [&](int64_t width, double share) {
    for (int64_t s = 0; s < settings.seeds; ++s)
      points.push_back({width, share, derive_seed(run.seed, "training", static_cast<std::uint64_t>(s)) >> 1});
  };
  for (const auto width : settings.widths) add(width, 1);
  for (const auto share : settings.shares) add(settings.widths.back(), share);
  std::vector<double> costs;
  for (const auto& point : points) costs.push_back(static_cast<double>(point.width + 32));
  std::vector<Outcome> outcomes(points.size());
  run.tasks("networks", costs, [&](int64_t i) {
    const auto number = static_cast<size_t>(i);
    outcomes[number] = outcome(settings, points[number], set);
  });
  Curve parameters, data;
  for (size_t first = 0; first < points.size(); first += static_cast<size_t>(settings.seeds)) {
    const auto loss = over_seeds(outcomes, first, settings.seeds);
    const bool of_width = first < settings.widths.size() * static_cast<size_t>(settings.seeds);
    auto& curve = of_width ? parameters : data;
    curve.x.push_back(of_width ? outcomes[first].parameters
                               : shortened(set, points[first].share).train.size());
    curve.loss.push_back(loss);
  }
  const models::NGram ngram(set.train.inputs.select(1, 0).contiguous(),
                            static_cast<int64_t>(set.classes.size()), settings.ngram);
  const auto characters = static_cast<double>(set.test.targets.numel());
  Json json;
  json["parameters"] = parameters.json();
  json["data"] = data.json();
  json["ngram_loss"] = -ngram.log_likelihood(set.test.inputs, set.test.targets) / characters;
  json["tokens_seen"] = settings.steps * settings.batch * settings.context;
  return json;
}

const Registered<ExperimentEntry> kRegistered{{.name = "language-scaling", .numbers = numbers}};

}  // namespace
}  // namespace spinlab::experiments
