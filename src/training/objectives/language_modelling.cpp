#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>

#include "src/core/registry.h"
#include "src/training/objectives/objective.h"
#include "src/training/objectives/token_evaluation.h"

namespace spinlab::training {
namespace {

class LanguageEvaluation : public TokenEvaluation {
 public:
  void add(const models::Network& network, const Batch& batch) override {
    add_tokens(network.forward({batch.inputs}), batch.targets);
  }
  Metrics metrics() const override {
    const auto loss = mean_loss();
    return {{"loss", loss}, {"perplexity", std::exp(loss)}, {"accuracy", accuracy()}};
  }
};

/// The token that follows at each place of a window, by cross-entropy.
class LanguageModelling : public Objective {
 public:
  using Objective::Objective;

  std::vector<Metric> metrics() const override {
    return {{"loss", "nats a token"}, {"perplexity", ""}, {"accuracy", "share", true}};
  }
  at::Tensor loss(const models::Network& network, const Batch& batch) const override {
    return token_loss(network.forward({batch.inputs}), batch.targets);
  }
  std::unique_ptr<Evaluation> evaluation() const override { return std::make_unique<LanguageEvaluation>(); }
};

std::unique_ptr<Objective> make(const Config& config, const ObjectiveData& data) {
  const auto& set = data.set;
  const auto& [inputs, targets, unused] = set.train;
  TORCH_CHECK_VALUE(
      set.train.classified() && inputs.scalar_type() == at::kLong && targets.sizes() == inputs.sizes(),
      config.where(), ": ", set.name, " is no text; its objective is ", usual_objective(set));
  return std::make_unique<LanguageModelling>(
      models::Problem{.input = {inputs.size(1)},
                      .outputs = static_cast<int64_t>(set.classes.size()),
                      .form = models::Form::kTokens});
}

const Registered<ObjectiveEntry> kRegistered{
    {.name = "language_modelling", .summary = "the token that follows, by cross-entropy", .make = make}};

}  // namespace
}  // namespace spinlab::training
