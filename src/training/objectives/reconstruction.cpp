#include <ATen/ATen.h>

#include "src/core/registry.h"
#include "src/training/objectives/objective.h"

namespace spinlab::training {
namespace {

class ReconstructionEvaluation : public Evaluation {
 public:
  void add(const models::Network& network, const Batch& batch) override {
    const auto inputs = batch.inputs.flatten(1).cpu();
    sums_.add(network.forward({batch.inputs}).flatten(1).cpu(), inputs);
  }
  Metrics metrics() const override {
    const auto sums = sums_.metrics();
    return {{"loss", sums.at("rmse") * sums.at("rmse")}, {"r2", sums.at("r2")}};
  }
  std::vector<double> sums() const override { return sums_.numbers(); }
  void merge(const std::vector<double>& sums) override { sums_.merge(sums); }

 private:
  RegressionSums sums_;
};

/// The inputs themselves, through whatever the network leaves of them: the squared error of normalised
/// inputs, over examples and numbers. The best linear network of width h keeps the h principal components
/// [Baldi and Hornik, Neural Networks 2 (1989)].
class Reconstruction : public Objective {
 public:
  using Objective::Objective;

  std::vector<Metric> metrics() const override {
    return {{"loss", "variance of the inputs"}, {"r2", "", true}};
  }
  at::Tensor targets(const datasets::Split&) const override { return {}; }
  at::Tensor loss(const models::Network& network, const Batch& batch) const override {
    return at::mse_loss(network.forward({batch.inputs}).flatten(1), batch.inputs.flatten(1));
  }
  std::unique_ptr<Evaluation> evaluation() const override {
    return std::make_unique<ReconstructionEvaluation>();
  }
};

std::unique_ptr<Objective> make(const Config& config, const ObjectiveData& data) {
  const auto& set = data.set;
  require_numbers(set, config.where());
  return std::make_unique<Reconstruction>(models::Problem{.input = set.train.inputs.sizes().slice(1).vec(),
                                                          .outputs = set.train.inputs[0].numel(),
                                                          .classification = false,
                                                          .intercept = set.intercept});
}

const Registered<ObjectiveEntry> kRegistered{
    {.name = "reconstruction", .summary = "the inputs themselves, through a narrow layer", .make = make}};

}  // namespace
}  // namespace spinlab::training
