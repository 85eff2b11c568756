#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <numbers>
#include <optional>

#include "src/core/registry.h"
#include "src/training/objectives/objective.h"

namespace spinlab::training {
namespace {

class DensityEvaluation : public SummedEvaluation<4> {
 public:
  DensityEvaluation(const Normalizer& normalizer, const std::function<at::Tensor(const at::Tensor&)>& exact)
      : normalizer_(normalizer), exact_(exact) {}

  void add(const models::Network& network, const Batch& batch) override {
    const auto log_density = network.forward({batch.inputs}).cpu().to(at::kDouble) - normalizer_.log_volume();
    auto& [found, exact, examples, numbers] = sums_;
    found += log_density.sum().item<double>();
    if (exact_) exact += exact_(normalizer_.inverse(batch.inputs)).sum().item<double>();
    examples += static_cast<double>(batch.size());
    numbers += static_cast<double>(batch.inputs.numel());
  }

  Metrics metrics() const override {
    const auto& [found, exact, examples, numbers] = sums_;
    Metrics all{{"loss", -found / examples}, {"bits_per_dimension", -found / (std::numbers::ln2 * numbers)}};
    if (exact_) all["divergence"] = (exact - found) / examples;
    return all;
  }

 private:
  const Normalizer& normalizer_;
  const std::function<at::Tensor(const at::Tensor&)>& exact_;
};

/// -log q(x) in nats, in the units of the data set. Where the exact density is known, the divergence ⟨log p -
/// log q⟩ is the estimate of D(p|q) on the part; its expectation is not negative.
class DensityObjective : public Objective {
 public:
  DensityObjective(models::Problem problem, const ObjectiveData& data)
      : Objective(std::move(problem)), normalizer_(data.normalizer) {
    if (data.set.density) exact_ = data.set.density->log_density;
  }

  std::vector<Metric> metrics() const override {
    std::vector<Metric> all{{"loss", "nats"}, {"bits_per_dimension", "bits"}};
    if (exact_) all.push_back({"divergence", "nats"});
    return all;
  }
  at::Tensor targets(const datasets::Split&) const override { return {}; }
  at::Tensor loss(const models::Network& network, const Batch& batch) const override {
    return network.forward({batch.inputs}).mean().neg() + normalizer_.log_volume();
  }
  std::unique_ptr<Evaluation> evaluation() const override {
    return std::make_unique<DensityEvaluation>(normalizer_, exact_);
  }
  at::Tensor predictions(const at::Tensor& outputs) const override {
    return outputs.to(at::kDouble) - normalizer_.log_volume();
  }

 private:
  Normalizer normalizer_;
  std::function<at::Tensor(const at::Tensor&)> exact_;
};

std::unique_ptr<Objective> make(const Config& config, const ObjectiveData& data) {
  const auto& set = data.set;
  TORCH_CHECK_VALUE(set.train.inputs.is_floating_point(), config.where(), ": ", set.name,
                    " has no continuous inputs, and so no density; its objective is ", usual_objective(set));
  return std::make_unique<DensityObjective>(models::Problem{.input = set.train.inputs.sizes().slice(1).vec(),
                                                            .outputs = 1,
                                                            .classification = false,
                                                            .form = models::Form::kLogDensity},
                                            data);
}

const Registered<ObjectiveEntry> kRegistered{
    {.name = "density", .summary = "the density of the inputs, by maximum likelihood", .make = make}};

}  // namespace
}  // namespace spinlab::training
