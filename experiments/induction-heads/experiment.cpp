// Transformers of attention alone that predict the next symbol of Markov chains, each chain with a matrix of
// its own [Edelman et al., arXiv:2402.11004], beside the exact answer; and what their heads do while they
// learn it [Elhage et al. 2021; Olsson et al., arXiv:2209.11895].
#include <ATen/ATen.h>
#include <torch/optim/adamw.h>

#include <algorithm>
#include <cmath>

#include "experiments/induction-heads/attention_only.h"
#include "experiments/induction-heads/markov_chains.h"
#include "experiments/run.h"
#include "experiments/statistics.h"
#include "src/core/seed.h"
#include "src/training/schedules/schedule.h"

namespace spinlab::experiments {
namespace {

struct Settings {
  explicit Settings(const Config& config)
      : symbols(config.integer("symbols", 2, 256)),
        length(config.integer("length", 2, 4096)),
        width(config.integer("width", 2, 4096)),
        heads(config.integer("heads", 1, 64)),
        layers(config.integers("layers", 1, 16)),
        steps(config.integer("steps", 1, 10'000'000)),
        every(config.integer("every", 1, 10'000'000)),
        batch(config.integer("batch", 1, 1 << 16)),
        rate(config.number("rate", 1e-9, 1)),
        seeds(config.integer("seeds", 1, 1000)),
        test(config.integer("test", 2, 1'000'000)) {}

  int64_t symbols, length, width, heads;
  std::vector<int64_t> layers;
  int64_t steps, every, batch;
  double rate;
  int64_t seeds, test;
};

/// Nats at each place, (n, T - 1), from log probabilities (n, T, V).
at::Tensor nats(const at::Tensor& log_probabilities, const at::Tensor& symbols) {
  const auto T = symbols.size(1);
  const auto next = symbols.narrow(1, 1, T - 1).unsqueeze(2);
  return -log_probabilities.narrow(1, 0, T - 1).gather(2, next).squeeze(2).to(at::kDouble);
}

/// What is looked at every so many steps; of all heads of a layer the one that does most of it.
struct History {
  std::vector<int64_t> steps;
  std::vector<double> loss, previous, induction, copying;

  Json json() const {
    return {{"steps", steps},
            {"loss", loss},
            {"previous", previous},
            {"induction", induction},
            {"copying", copying}};
  }
};

/// One network of so many layers.
class Training {
 public:
  /// Draws from LibTorch's one generator: not to be called beside another.
  Training(const Run& run, const Settings& settings, int64_t layers, int64_t number, const at::Tensor& test)
      : settings_(settings),
        test_(test),
        draws_(make_generator(run.seed, "chains", static_cast<std::uint64_t>(number))) {
    at::manual_seed(derive_seed(run.seed, "network", static_cast<std::uint64_t>(layers * 1000 + number)));
    network_ = AttentionOnly(
        AttentionOnlyOptions(settings.symbols, settings.width).layers(layers).heads(settings.heads));
  }

  void train() {
    torch::optim::AdamW optimizer(network_->parameters(),
                                  torch::optim::AdamWOptions(settings_.rate).weight_decay(0));
    // Constant after the rise: the time at which a head appears is not to be the schedule's.
    const auto schedule = training::make_schedule({{"name", "constant"}, {"warmup", 0.05}},
                                                  {.steps_per_epoch = settings_.steps}, "schedule");
    for (int64_t step = 0; step < settings_.steps; ++step) {
      Run::go_on();
      if (step % settings_.every == 0) look(step);
      optimizer.param_groups()[0].options().set_lr(settings_.rate * schedule(step));
      const auto symbols = draw_chains(settings_.batch, settings_.length, settings_.symbols, draws_);
      const auto logits = network_->forward(symbols).narrow(1, 0, settings_.length - 1);
      optimizer.zero_grad();
      at::cross_entropy_loss(logits.flatten(0, 1), symbols.narrow(1, 1, settings_.length - 1).flatten())
          .backward();
      optimizer.step();
    }
    look(settings_.steps);
  }

  int64_t layers() const { return network_->options.layers(); }
  const History& history() const { return history_; }
  /// Of all test chains, (n, T - 1).
  at::Tensor losses() { return losses_of(test_); }

 private:
  at::Tensor losses_of(const at::Tensor& symbols) {
    const at::NoGradGuard no_graph;
    return nats(network_->forward(symbols).log_softmax(2), symbols);
  }

  void look(int64_t step) {
    constexpr int64_t kLookedAt = 100;  // chains: a score's error is then below 0.01
    const at::NoGradGuard no_graph;
    const auto some = test_.narrow(0, 0, std::min(kLookedAt, test_.size(0)));
    const auto weights = network_->weights(some);
    double previous = 0, induction = 0, copying = -1;
    for (int64_t h = 0; h < settings_.heads; ++h) {
      previous = std::max(previous, previous_place_score(weights.front().select(1, h)));
      induction = std::max(induction, induction_score(weights.back().select(1, h), some));
      copying = std::max(copying, copying_score(network_->copying_matrix(weights.size() - 1, h)));
    }
    history_.steps.push_back(step);
    history_.loss.push_back(losses_of(some).mean().item<double>());
    history_.previous.push_back(previous);
    history_.induction.push_back(induction);
    history_.copying.push_back(copying);
  }

  const Settings& settings_;
  at::Tensor test_;
  at::Generator draws_;
  AttentionOnly network_{nullptr};
  History history_;
};

/// At each place the mean of (n, T - 1).
Json at_each_place(const at::Tensor& losses) {
  std::vector<Measured> all;
  for (const auto& place : losses.unbind(1)) all.push_back(mean_of(place));
  return columns(all);
}

Json of_rule(const at::Tensor& log_probabilities, const at::Tensor& test) {
  const auto losses = nats(log_probabilities, test);
  return {{"loss", losses.mean().item<double>()}, {"places", at_each_place(losses)}};
}

/// Of the rules with α = 1, 2, 4, … the one that is best on these very chains.
Json best_unigram(const Settings& settings, const at::Tensor& test) {
  Json best;
  for (double alpha = 1; alpha <= 1024; alpha *= 2) {
    auto json = of_rule(unigram_rule(test, settings.symbols, alpha), test);
    json["alpha"] = alpha;
    if (best.is_null() || json["loss"] < best["loss"]) best = json;
  }
  return best;
}

Json networks(const Run& run, const Settings& settings, const at::Tensor& test,
              const at::Tensor& best_losses) {
  std::vector<Training> trainings;
  std::vector<double> costs;
  for (const auto layers : settings.layers) {
    for (int64_t seed = 0; seed < settings.seeds; ++seed) {
      trainings.emplace_back(run, settings, layers, seed, test);
      costs.push_back(static_cast<double>(layers));
    }
  }
  std::vector<Json> all(trainings.size());
  run.tasks("networks", costs, [&](int64_t task) {
    auto& training = trainings[static_cast<size_t>(task)];
    training.train();
    const auto losses = training.losses();
    const auto above = mean_of((losses - best_losses).mean(1));
    auto& json = all[static_cast<size_t>(task)];
    json = training.history().json();
    json["layers"] = training.layers();
    json["places"] = at_each_place(losses);
    json["above_bigram"] = {{"value", above.value}, {"error", above.error}};
  });
  return all;
}

Json numbers(const Run& run) {
  const Settings settings(run.settings);
  const auto test =
      draw_chains(settings.test, settings.length, settings.symbols, make_generator(run.seed, "test"));
  const auto best = bigram_rule(test, settings.symbols);
  Json json;
  json["exact"] = {{"uniform", std::log(static_cast<double>(settings.symbols))},
                   {"unigram", best_unigram(settings, test)},
                   {"bigram", of_rule(best, test)}};
  json["networks"] = networks(run, settings, test, nats(best, test));
  return json;
}

const Registered<ExperimentEntry> kRegistered{{.name = "induction-heads", .numbers = numbers}};

}  // namespace
}  // namespace spinlab::experiments
