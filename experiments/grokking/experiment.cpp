// A transformer of one layer learns a + b mod p from a share of all pairs, by whole-batch AdamW [Power et
// al., arXiv:2201.02177; Nanda et al., arXiv:2301.05217]. Beside its errors: which part of its logits has the
// symmetry of addition, and in how few frequencies its embedding lies.
#include <ATen/ATen.h>

#include <cmath>
#include <map>
#include <memory>

#include "datasets/dataset.h"
#include "experiments/grokking/addition.h"
#include "experiments/run.h"
#include "src/core/seed.h"
#include "src/training/trainer.h"

namespace spinlab::experiments {
namespace {

struct Settings {
  explicit Settings(const Config& config)
      : modulus(config.integer("modulus", 2, 512)),
        train_fraction(config.number("train_fraction", 0.01, 0.99)),
        width(config.integer("width", 2, 4096)),
        heads(config.integer("heads", 1, 64)),
        weight_decays(config.get<std::vector<double>>("weight_decays")),
        rate(config.number("rate", 1e-9, 1)),
        steps(config.integer("steps", 1, 10'000'000)),
        every(config.integer("every", 1, 10'000'000)),
        seeds(config.integer("seeds", 1, 1000)) {
    TORCH_CHECK_VALUE(every <= steps, config.where(), ": every must be at most steps, got ", every, " and ",
                      steps);
    for (const auto decay : weight_decays)
      TORCH_CHECK_VALUE(decay >= 0 && decay * rate < 1, config.where(),
                        ": weight_decays must be at least 0 and below 1/rate, got ", decay);
  }

  int64_t modulus;
  double train_fraction;
  int64_t width, heads;
  std::vector<double> weight_decays;
  double rate;
  int64_t steps, every, seeds;
};

/// `pairs` at once, all that there are.
Json recipe(const Settings& settings, double weight_decay, int64_t pairs, std::uint64_t seed) {
  return {{"model",
           {{"name", "gpt"},
            {"width", settings.width},
            {"layers", 1},
            {"heads", settings.heads},
            {"tied", false}}},
          {"data", {{"name", "modular-addition"}}},
          {"objective", {{"name", "language_modelling"}, {"ngram", 0}}},
          {"optimizer",
           {{"name", "adamw"}, {"lr", settings.rate}, {"weight_decay", weight_decay}, {"beta2", 0.98}}},
          {"schedule", {{"name", "constant"}}},
          {"epochs", settings.steps},
          {"batch", pairs},
          {"seed", seed}};
}

/// One network, and what was looked at every so many steps.
class Training {
 public:
  /// Draws weights from LibTorch's one generator: not to be called beside another.
  Training(const Settings& settings, double weight_decay, const datasets::Dataset& set, std::uint64_t seed)
      : settings_(settings),
        weight_decay_(weight_decay),
        set_(set),
        trainer_(
            training::parse_config(
                training::complete_config(recipe(settings, weight_decay, set.train.size(), seed), "grokking"),
                "grokking"),
            set, at::kCPU) {}

  void train() {
    first_powers_ = frequency_powers(embedding());
    look(0);
    while (!trainer_.finished()) {
      trainer_.train_epoch([] {
        Run::go_on();
        return true;
      });
      if (trainer_.step() % settings_.every == 0) look(trainer_.step());
    }
  }

  Json json() const {
    Json json;
    json["weight_decay"] = weight_decay_;
    json["steps"] = steps_;
    json["history"] = history_;
    json["powers"] = {{"first", first_powers_}, {"last", frequency_powers(embedding())}};
    return json;
  }

 private:
  void look(int64_t step) {
    steps_.push_back(step);
    const auto note = [&](const std::string& name, double value) { history_[name].push_back(value); };
    for (const auto& [name, part] : {std::pair("train", &set_.train), std::pair("test", &set_.test)}) {
      const auto metrics = trainer_.evaluate(*part);
      for (const auto* metric : {"loss", "accuracy"})
        note(name + ("_" + std::string(metric)), metrics.at(metric));
    }
    const at::NoGradGuard no_graph;
    note("symmetric_share", symmetric_share(logits()));
    note("weight_norm", weight_norm());
  }

  /// Of all pairs, (p, p, p).
  at::Tensor logits() {
    const auto p = settings_.modulus;
    const auto numbers = at::arange(p);
    const auto pairs =
        at::stack({numbers.repeat_interleave(p), numbers.repeat({p}), at::full({p * p}, p, at::kLong)}, 1);
    return trainer_.predict(pairs).select(1, 2).narrow(1, 0, p).unflatten(0, {p, p});
  }

  at::Tensor embedding() const {
    return trainer_.network()->module->named_parameters()["stack.embedding.weight"].detach().narrow(
        0, 0, settings_.modulus);
  }

  double weight_norm() const {
    double squares = 0;
    for (const auto& parameter : trainer_.network()->module->parameters())
      squares += parameter.square().sum().item<double>();
    return std::sqrt(squares);
  }

  const Settings& settings_;
  double weight_decay_;
  const datasets::Dataset& set_;
  training::Trainer trainer_;
  std::vector<int64_t> steps_;
  std::map<std::string, std::vector<double>> history_;
  std::vector<double> first_powers_;
};

Json numbers(const Run& run) {
  const Settings settings(run.settings);
  const auto set = datasets::load_dataset({{"name", "modular-addition"},
                                           {"modulus", settings.modulus},
                                           {"train_fraction", settings.train_fraction}},
                                          run.data, run.seed);
  std::vector<std::unique_ptr<Training>> trainings;
  for (const auto decay : settings.weight_decays) {
    for (int64_t s = 0; s < settings.seeds; ++s)
      trainings.push_back(std::make_unique<Training>(
          settings, decay, set, derive_seed(run.seed, "training", static_cast<std::uint64_t>(s)) >> 1));
  }
  run.tasks("networks", std::vector<double>(trainings.size(), 1),
            [&](int64_t i) { trainings[static_cast<size_t>(i)]->train(); });
  Json json;
  for (const auto& training : trainings) json["networks"].push_back(training->json());
  return json;
}

const Registered<ExperimentEntry> kRegistered{{.name = "grokking", .numbers = numbers}};

}  // namespace
}  // namespace spinlab::experiments
