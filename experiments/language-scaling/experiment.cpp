// Test loss of small transformers on Shakespeare against their number of parameters, all of the text read,
// and against the length of the text, the largest network [Kaplan et al., arXiv:2001.08361; Hoffmann et al.,
// arXiv:2203.15556].
#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "datasets/dataset.h"
#include "experiments/run.h"
#include "experiments/statistics.h"
#include "models/estimators/ngram.h"
#include "src/core/seed.h"
#include "src/training/trainer.h"

namespace spinlab::experiments {
namespace {

/// Times at which a network is judged, or more where its text is short.
constexpr int64_t kLooks = 10;

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

/// One network, and what it came to.
class Training {
 public:
  /// Draws weights from LibTorch's one generator: not to be called beside another.
  Training(const Settings& settings, const Point& point, const datasets::Dataset& all)
      : point(point), characters(rows(point.share, all.train.size())), trainer_(make(settings, point, all)) {
    const auto judged = all.test.size() / 2;
    chosen_on_ = part(all.test, 0, judged);
    judged_on_ = part(all.test, judged, all.test.size() - judged);
  }

  /// Stopped where it was best on one half of the test part, judged on the other: with little data the loss
  /// rises again [as Kaplan et al., section 4.2].
  void train() {
    double best = std::numeric_limits<double>::infinity();
    while (!trainer_.finished()) {
      trainer_.train_epoch([] {
        Run::go_on();
        return true;
      });
      const auto chosen = trainer_.evaluate(chosen_on_).at("loss");
      if (chosen < best) {
        best = chosen;
        loss = trainer_.evaluate(judged_on_).at("loss");
      }
    }
  }

  int64_t parameters() const {
    int64_t count = 0;
    for (const auto& parameter : trainer_.network()->module->parameters()) count += parameter.numel();
    return count;
  }

  const Point point;
  const int64_t characters;  // of the training text
  double loss = 0;           // nats a character

 private:
  static int64_t rows(double share, int64_t all) {
    return std::max<int64_t>(1, static_cast<int64_t>(share * static_cast<double>(all)));
  }

  static datasets::Split part(const datasets::Split& split, int64_t first, int64_t count) {
    return {split.inputs.narrow(0, first, count), split.targets.narrow(0, first, count), {}};
  }

  static training::Trainer make(const Settings& settings, const Point& point, const datasets::Dataset& all) {
    auto set = all;
    set.train = part(all.train, 0, rows(point.share, all.train.size()));
    auto config =
        training::parse_config(training::complete_config(recipe(settings, point), "point"), "point");
    config.epoch_steps =
        std::max<int64_t>(1, std::min(settings.steps / kLooks, set.train.size() / settings.batch));
    config.epochs = (settings.steps + config.epoch_steps - 1) / config.epoch_steps;
    return {config, set, at::kCPU};
  }

  training::Trainer trainer_;
  datasets::Split chosen_on_, judged_on_;
};

/// Of every choice the mean over the seeds.
struct Curve {
  std::vector<int64_t> x;
  std::vector<Measured> loss;

  Json json() const { return {{"x", x}, {"loss", columns(loss)}}; }
};

Measured over_seeds(const std::vector<std::unique_ptr<Training>>& trainings, size_t first, int64_t seeds) {
  auto losses = at::empty({seeds}, at::kDouble);
  for (int64_t s = 0; s < seeds; ++s) losses[s] = trainings[first + static_cast<size_t>(s)]->loss;
  return mean_of(losses);
}

std::vector<Point> points(const Run& run, const Settings& settings) {
  std::vector<Point> all;
  const auto add = [&](int64_t width, double share) {
    for (int64_t s = 0; s < settings.seeds; ++s)
      all.push_back({width, share, derive_seed(run.seed, "training", static_cast<std::uint64_t>(s)) >> 1});
  };
  for (const auto width : settings.widths) add(width, 1);
  for (const auto share : settings.shares) add(settings.widths.back(), share);
  return all;
}

Json numbers(const Run& run) {
  const Settings settings(run.settings);
  const auto set = datasets::load_dataset({{"name", "tinyshakespeare"}, {"context", settings.context}},
                                          run.data, run.seed);
  std::vector<std::unique_ptr<Training>> trainings;
  std::vector<double> costs;
  for (const auto& point : points(run, settings)) {
    trainings.push_back(std::make_unique<Training>(settings, point, set));
    costs.push_back(static_cast<double>(point.width + 32));
  }
  run.tasks("networks", costs, [&](int64_t i) { trainings[static_cast<size_t>(i)]->train(); });
  Curve parameters, data;
  for (size_t first = 0; first < trainings.size(); first += static_cast<size_t>(settings.seeds)) {
    const auto& training = *trainings[first];
    const bool of_width = first < settings.widths.size() * static_cast<size_t>(settings.seeds);
    auto& curve = of_width ? parameters : data;
    curve.x.push_back(of_width ? training.parameters() : training.characters);
    curve.loss.push_back(over_seeds(trainings, first, settings.seeds));
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
