#include <ATen/ATen.h>

#include <numbers>

#include "src/core/registry.h"
#include "src/core/seed.h"
#include "src/training/objectives/objective.h"

namespace spinlab::training {
namespace {

/// Levels uniform in [0, 1) and standard normal noise for a batch.
struct Draw {
  at::Tensor level, noise;
  Draw(const at::Tensor& x, const std::optional<at::Generator>& generator, at::Device device)
      : level(at::rand({x.size(0)}, generator, x.options().device(device))),
        noise(at::randn(x.sizes(), generator, x.options().device(device))) {}
};

/// The mean squared error of the noise that the network finds in √ᾱ x + √(1-ᾱ) ε, ᾱ = cos²(π t/2).
at::Tensor noise_loss(const models::Network& network, const at::Tensor& x, const Draw& draw) {
  auto sizes = std::vector<int64_t>(x.dim(), 1);
  sizes[0] = x.size(0);
  const auto angle = (draw.level * (std::numbers::pi / 2)).reshape(sizes);
  const auto noisy = angle.cos() * x + angle.sin() * draw.noise;
  return at::mse_loss(network.forward({noisy, draw.level}).reshape(x.sizes()), draw.noise);
}

class DenoisingEvaluation : public SummedEvaluation<2> {
 public:
  /// The same levels and noise each time, from streams of their own: an evaluation changes nothing of the
  /// training.
  void add(const models::Network& network, const Batch& batch) override {
    const auto& x = batch.inputs;
    Draw draw(x, make_generator(0, "denoising evaluation", static_cast<std::uint64_t>(batch.number)),
              at::kCPU);
    draw.level = draw.level.to(x.device());
    draw.noise = draw.noise.to(x.device());
    auto& [loss, examples] = sums_;
    loss += noise_loss(network, x, draw).item<double>() * static_cast<double>(batch.size());
    examples += static_cast<double>(batch.size());
  }
  Metrics metrics() const override { return {{"loss", sums_[0] / sums_[1]}}; }
};

/// The noise in noisy inputs of every level, t uniform: what a diffusion model learns [Ho, Jain and Abbeel,
/// arXiv:2006.11239, eq. 14; the cosine schedule of Nichol and Dhariwal, arXiv:2102.09672, in continuous
/// time].
class Denoising : public Objective {
 public:
  using Objective::Objective;

  std::vector<Metric> metrics() const override { return {{"loss", "variance of the noise"}}; }
  at::Tensor targets(const datasets::Split&) const override { return {}; }
  at::Tensor loss(const models::Network& network, const Batch& batch) const override {
    return noise_loss(network, batch.inputs, Draw(batch.inputs, std::nullopt, batch.inputs.device()));
  }
  std::unique_ptr<Evaluation> evaluation() const override { return std::make_unique<DenoisingEvaluation>(); }
};

std::unique_ptr<Objective> make(const Config& config, const ObjectiveData& data) {
  const auto& set = data.set;
  require_numbers(set, config.where());
  return std::make_unique<Denoising>(models::Problem{.input = set.train.inputs.sizes().slice(1).vec(),
                                                     .outputs = set.train.inputs[0].numel(),
                                                     .classification = false,
                                                     .form = models::Form::kNoisy});
}

const Registered<ObjectiveEntry> kRegistered{
    {.name = "denoising",
     .summary = "the noise in noisy inputs, as diffusion models learn it",
     .make = make}};

}  // namespace
}  // namespace spinlab::training
