// What a trained transformer does with the examples of its context [Garg et al., arXiv:2208.01066], beside
// the exact posterior mean; and one head of linear attention beside one step of gradient descent [von Oswald
// et al., arXiv:2212.07677], whose best length and loss are known in closed form.
#include <ATen/ATen.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>

#include <cmath>

#include "experiments/in-context-regression/prompts.h"
#include "experiments/run.h"
#include "experiments/statistics.h"
#include "models/layers/transformer_block.h"
#include "src/core/seed.h"
#include "src/training/schedules/schedule.h"

namespace spinlab::experiments {
namespace {

struct Settings {
  explicit Settings(const Config& config)
      : dimension(config.integer("dimension", 1, 64)),
        noise(config.number("noise", 0, 100)),
        examples(config.integer("examples", 2, 512)),
        width(config.integer("width", 2, 4096)),
        layers(config.integer("layers", 1, 64)),
        heads(config.integer("heads", 1, 64)),
        steps(config.integer("steps", 1, 10'000'000)),
        batch(config.integer("batch", 1, 1 << 16)),
        rate(config.number("rate", 1e-9, 1)),
        test(config.integer("test", 2, 10'000'000)),
        contexts(config.integers("contexts", 1, 4096)),
        head_steps(config.integer("head_steps", 1, 10'000'000)) {}

  int64_t dimension;
  double noise;
  int64_t examples, width, layers, heads, steps, batch;
  double rate;
  int64_t test;
  std::vector<int64_t> contexts;
  int64_t head_steps;
};

/// A causal transformer that reads (x_1, 0), (0, y_1), (x_2, 0), … and says at each x what its y will be.
class Reader : public torch::nn::Module {
 public:
  explicit Reader(const Settings& settings) {
    const auto places = 2 * settings.examples;
    in_ = register_module("in", torch::nn::Linear(settings.dimension + 1, settings.width));
    positions_ = register_parameter("positions", 0.02 * at::randn({places, settings.width}));
    models::TransformerBlockOptions block(settings.width);
    block.attention().heads(settings.heads).causal(true);
    for (int64_t i = 0; i < settings.layers; ++i)
      blocks_.push_back(register_module("block" + std::to_string(i), models::TransformerBlock(block)));
    norm_ = register_module("norm", models::SequenceNorm(models::SequenceNormOptions(settings.width)));
    out_ = register_module("out", torch::nn::Linear(settings.width, 1));
  }

  /// (n, k).
  at::Tensor forward(const Prompts& prompts) {
    const auto X = prompts.X.to(at::kFloat), Y = prompts.Y.to(at::kFloat).unsqueeze(2);
    const auto points = at::cat({X, at::zeros_like(Y)}, 2), values = at::cat({at::zeros_like(X), Y}, 2);
    auto z = in_->forward(at::stack({points, values}, 2).flatten(1, 2)) + positions_;
    for (auto& block : blocks_) z = block->forward(z);
    return out_->forward(norm_->forward(z)).squeeze(2).slice(1, 0, std::nullopt, 2);
  }

 private:
  torch::nn::Linear in_{nullptr}, out_{nullptr};
  at::Tensor positions_;
  std::vector<models::TransformerBlock> blocks_;
  models::SequenceNorm norm_{nullptr};
};

/// Minimises the squared error at all places at once, on prompts that are drawn anew at each step.
void train(Reader& reader, const Run& run, const Settings& settings) {
  torch::optim::AdamW optimizer(reader.parameters(),
                                torch::optim::AdamWOptions(settings.rate).weight_decay(0));
  const auto schedule = training::make_schedule({{"name", "cosine"}, {"warmup", 0.05}},
                                                {.steps_per_epoch = settings.steps}, "schedule");
  const auto generator = make_generator(run.seed, "prompts");
  for (int64_t step = 0; step < settings.steps; ++step) {
    Run::go_on();
    optimizer.param_groups()[0].options().set_lr(settings.rate * schedule(step));
    const auto prompts =
        draw_prompts(settings.batch, settings.examples, settings.dimension, settings.noise, generator);
    optimizer.zero_grad();
    (reader.forward(prompts) - prompts.Y.to(at::kFloat)).square().mean().backward();
    optimizer.step();
  }
}

std::vector<Measured> at_each_place(const at::Tensor& squared) {
  std::vector<Measured> all;
  for (const auto& place : squared.unbind(1)) all.push_back(mean_of(place));
  return all;
}

/// Squared errors of f, in units of its variance d, against the number of examples seen.
Json transformer(const Run& run, const Settings& settings) {
  at::manual_seed(derive_seed(run.seed, "reader"));
  Reader reader(settings);
  train(reader, run, settings);
  const auto prompts = draw_prompts(settings.test, settings.examples, settings.dimension, settings.noise,
                                    make_generator(run.seed, "test"));
  const at::NoGradGuard no_graph;
  const auto best = ridge_predictions(prompts, settings.noise),
             said = reader.forward(prompts).to(at::kDouble);
  const auto d = static_cast<double>(settings.dimension);
  Json json;
  json["transformer"] = columns(at_each_place((said - prompts.f).square() / d));
  json["ridge"] = columns(at_each_place((best - prompts.f).square() / d));
  json["apart"] = columns(at_each_place((said - best).square() / d));
  return json;
}

/// One head without softmax on k examples (x_i, y_i) and a query x: Σ_i y_i x_iᵀ M x, M its keys and queries'
/// product times its values' y.
struct Head {
  at::Tensor M;  // (d, d)

  at::Tensor operator()(const Prompts& prompts) const {
    const auto k = prompts.X.size(1) - 1;
    const auto X = prompts.X.narrow(1, 0, k), query = prompts.X.select(1, k).unsqueeze(2);
    const auto moved = prompts.Y.narrow(1, 0, k).unsqueeze(1).matmul(X);  // Σ y_i x_iᵀ, (n, 1, d)
    return moved.matmul(M).matmul(query).flatten();
  }
};

/// With Wishart moments E S = k 1 and E S² = k (k + d + 1) 1 the loss of w' = η Σ y_i x_i is E|w' - w|² = d -
/// 2 η k d
/// + η² k d (k + d + 1 + σ²).
double best_step(const Settings& settings, int64_t k) {
  return 1 / (static_cast<double>(k + settings.dimension + 1) + settings.noise * settings.noise);
}

Head trained_head(const Run& run, const Settings& settings, int64_t k) {
  constexpr int64_t kBatch = 4096;
  const auto d = settings.dimension;
  auto M = at::zeros({d, d}, at::kDouble).requires_grad_();
  const auto scale = best_step(settings, k);
  torch::optim::Adam optimizer({M}, torch::optim::AdamOptions(0.05 * scale));
  const auto schedule =
      training::make_schedule({{"name", "linear"}}, {.steps_per_epoch = settings.head_steps}, "schedule");
  const auto generator = make_generator(run.seed, "head", k);
  for (int64_t step = 0; step < settings.head_steps; ++step) {
    Run::go_on();
    optimizer.param_groups()[0].options().set_lr(0.05 * scale * schedule(step));
    const auto prompts = draw_prompts(kBatch, k + 1, d, settings.noise, generator);
    optimizer.zero_grad();
    (Head{M}(prompts)-prompts.Y.select(1, k)).square().mean().backward();
    optimizer.step();
  }
  return {M.detach()};
}

Json linear_heads(const Run& run, const Settings& settings) {
  const auto count = settings.contexts.size();
  std::vector<Measured> losses(count), steps(count), others(count);
  std::vector<double> costs;
  for (const auto k : settings.contexts) costs.push_back(static_cast<double>(k));
  run.tasks("heads", costs, [&](int64_t number) {
    const auto i = static_cast<size_t>(number);
    const auto k = settings.contexts[i];
    const auto head = trained_head(run, settings, k);
    const auto prompts = draw_prompts(settings.test, k + 1, settings.dimension, settings.noise,
                                      make_generator(run.seed, "heads", k));
    const auto d = static_cast<double>(settings.dimension);
    losses[i] = mean_of((head(prompts) - prompts.f.select(1, k)).square() / d);
    const auto diagonal = head.M.diagonal();
    steps[i] = {diagonal.mean().item<double>(), d > 1 ? diagonal.std().item<double>() / std::sqrt(d) : 0};
    const auto rest = head.M - at::diag_embed(diagonal);
    others[i] = {rest.square().sum().div(std::max(1.0, d * (d - 1))).sqrt().item<double>(), 0};
  });
  Json json;
  json["examples"] = settings.contexts;
  std::vector<double> theory_steps, theory_losses;
  for (const auto k : settings.contexts) {
    theory_steps.push_back(best_step(settings, k));
    theory_losses.push_back(1 - static_cast<double>(k) * best_step(settings, k));
  }
  json["step"] = {{"theory", theory_steps}, {"measured", columns(steps)}, {"others", columns(others)}};
  json["loss"] = {{"theory", theory_losses}, {"measured", columns(losses)}};
  return json;
}

Json numbers(const Run& run) {
  const Settings settings(run.settings);
  auto json = transformer(run, settings);
  json["heads"] = linear_heads(run, settings);
  return json;
}

const Registered<ExperimentEntry> kRegistered{{.name = "in-context-regression", .numbers = numbers}};

}  // namespace
}  // namespace spinlab::experiments
