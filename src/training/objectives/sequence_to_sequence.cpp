#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "src/core/registry.h"
#include "src/training/objectives/objective.h"
#include "src/training/objectives/token_evaluation.h"

namespace spinlab::training {
namespace {

/// The network's logits while it is shown the right answer up to each place: what comes first is the token
/// behind the last, which begins every answer.
at::Tensor forced(const models::Network& network, const Batch& batch, int64_t tokens) {
  const auto& answer = batch.targets;
  const auto begin = at::full({answer.size(0), 1}, tokens, answer.options());
  return network.forward({batch.inputs, at::cat({begin, answer.slice(1, 0, -1)}, 1)});
}

class SequenceEvaluation : public TokenEvaluation<> {
 public:
  explicit SequenceEvaluation(int64_t tokens) : tokens_(tokens) {}

  void add(const models::Network& network, const Batch& batch) override {
    add_tokens(forced(network, batch, tokens_), batch.targets);
  }
  Metrics metrics() const override {
    return {{"loss", mean_loss()}, {"accuracy", accuracy()}, {"exact_match", whole()}};
  }

 private:
  int64_t tokens_;
};

/// A sequence's answer, token by token, by cross-entropy with the right beginning shown [Sutskever, Vinyals
/// and Le, arXiv:1409.3215]. exact_match is also the share of answers that greedy decoding gets right: it is
/// shown the right beginning as long as it has made no mistake.
class SequenceToSequence : public Objective {
 public:
  using Objective::Objective;

  std::vector<Metric> metrics() const override {
    return {{"loss", "nats a token"}, {"accuracy", "share", true}, {"exact_match", "share", true}};
  }
  at::Tensor loss(const models::Network& network, const Batch& batch) const override {
    return token_loss(forced(network, batch, problem().outputs), batch.targets);
  }
  double weight(const Batch& batch) const override { return judged_tokens(batch.targets); }
  std::unique_ptr<Evaluation> evaluation() const override {
    return std::make_unique<SequenceEvaluation>(problem().outputs);
  }
};

std::unique_ptr<Objective> make(const Config& config, const ObjectiveData& data) {
  const auto& set = data.set;
  const auto& [inputs, targets, unused] = set.train;
  TORCH_CHECK_VALUE(set.train.classified() && inputs.scalar_type() == at::kLong && targets.dim() == 2,
                    config.where(), ": ", set.name, " has no sequences with their answers; its objective is ",
                    usual_objective(set));
  return std::make_unique<SequenceToSequence>(
      models::Problem{.input = {inputs.size(1)},
                      .outputs = static_cast<int64_t>(set.classes.size()),
                      .form = models::Form::kSequencePairs});
}

const Registered<ObjectiveEntry> kRegistered{
    {.name = "sequence_to_sequence", .summary = "a sequence's answer, token by token", .make = make}};

}  // namespace
}  // namespace spinlab::training
