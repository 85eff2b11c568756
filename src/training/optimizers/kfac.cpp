#include <c10/util/Exception.h>

#include <algorithm>

#include "src/core/registry.h"
#include "src/training/optimizers/kfac_layer.h"
#include "src/training/optimizers/kl_clip.h"
#include "src/training/optimizers/optimizer.h"

namespace spinlab::training {
namespace {

struct KFACOptions {
  double damping = 1e-2;
  double momentum = 0.9;
  /// The running averages keep at most this share a step.
  double memory = 0.95;
  /// Steps from one inversion to the next.
  int64_t inverse_every = 10;
  /// κ of kl_clip.h; 0: steps of any length.
  double kl_clip = 1e-3;
  FisherKind fisher = FisherKind::kSampled;
};

/// The first steps, each with inverses of its own: the running averages still change fast.
constexpr int64_t kFirstSteps = 3;

/// K-FAC for networks of linear layers: v ← μ v + ν G⁻¹ ∇W̄ A⁻¹, W̄ ← W̄ - η v, with each layer's Kronecker
/// factors A and G as running averages of memory min(1 - 1/k, ε) in step k, damped and inverted as
/// kfac_layer.h says. [Martens and Grosse, arXiv:1503.05671, algorithm 2 with the block-diagonal inverse of
/// section 4.2, but with η given and plain momentum instead of the quadratic model of sections 6.4 and 7]
///
/// ν keeps the step within κ (kl_clip.h).
///
/// The gradients g in G are those of labels drawn from the model's own distribution unless `fisher` says
/// otherwise: it takes one more backward pass, whatever the number of outputs, and is right on average; those
/// of the true labels vanish where the model fits, and the steps grow without bound there.
class KFAC : public Optimizer {
 public:
  KFAC(std::vector<ParameterGroup> groups, std::vector<KFACLayer> layers, KFACOptions options)
      : Optimizer(std::move(groups)), layers_(std::move(layers)), options_(options) {
    for (const auto& layer : layers_) weights_.push_back(layer.weight());
  }

  bool uses_fisher() const override { return true; }

  NamedTensors state() const override {
    auto all = Optimizer::state();
    for (const auto& layer : layers_) all.merge(layer.state());
    return all;
  }

 private:
  void take(const Step& step, int64_t count) override {
    average(step, count);
    if (count <= kFirstSteps || count % options_.inverse_every == 0) {
      for (auto& layer : layers_) layer.invert(options_.damping);
    }
    std::vector<at::Tensor> steps;
    double decrease = 0;
    for (const auto& layer : layers_) {
      const auto gradient = layer.gradient();
      steps.push_back(layer.natural(gradient));
      decrease += gradient.mul(steps.back()).sum().item<double>();
    }
    const auto share = kl_clip_share(options_.kl_clip, step.learning_rate, decrease);
    for (size_t l = 0; l < layers_.size(); ++l) {
      layers_[l].move(steps[l].mul_(share), options_.momentum, step.learning_rate);
    }
  }

  void average(const Step& step, int64_t count) {
    TORCH_CHECK(step.linear_factors,
                "kfac needs the layers' inputs and gradients: give Step::linear_factors");
    const auto factors = step.linear_factors(weights_, options_.fisher);
    const auto memory = std::min(1 - 1 / static_cast<double>(count), options_.memory);
    for (size_t l = 0; l < layers_.size(); ++l) layers_[l].average(factors[l], memory);
  }

  std::vector<KFACLayer> layers_;
  std::vector<at::Tensor> weights_;
  KFACOptions options_;
};

FisherKind parse_fisher(const Config& config) {
  const auto name = config.one_of("fisher", {"sampled", "exact", "empirical"});
  if (name == "sampled") return FisherKind::kSampled;
  return name == "exact" ? FisherKind::kExact : FisherKind::kEmpirical;
}

std::unique_ptr<Optimizer> make(const Config& config, std::vector<ParameterGroup> groups) {
  const KFACOptions options{
      config.number("damping", 1e-15, 1e6), config.number("momentum", 0, 1 - 1e-9),
      config.number("memory", 0, 1 - 1e-9), config.integer("inverse_every", 1, 1'000'000),
      config.number("kl_clip", 0, 1e12),    parse_fisher(config)};
  auto layers = kfac_layers(groups, config.where());
  return std::make_unique<KFAC>(std::move(groups), std::move(layers), options);
}

const Registered<OptimizerEntry> kRegistered{
    {.name = "kfac",
     .summary = "the natural gradient of linear layers, by Kronecker factors",
     .defaults = {{"lr", 0.03},
                  {"damping", 1e-2},
                  {"momentum", 0.9},
                  {"memory", 0.95},
                  {"inverse_every", 10},
                  {"kl_clip", 1e-3},
                  {"fisher", "sampled"}},
     .make = make}};

}  // namespace
}  // namespace spinlab::training
