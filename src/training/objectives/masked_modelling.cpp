#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>

#include "src/core/registry.h"
#include "src/core/seed.h"
#include "src/training/objectives/objective.h"
#include "src/training/objectives/token_evaluation.h"

namespace spinlab::training {
namespace {

/// Devlin et al., arXiv:1810.04805, section 3.1: of the places to be guessed eight of ten are hidden, one
/// holds any token, one its own.
constexpr double kHidden = 0.8, kRandom = 0.1;

struct Masked {
  /// As the network sees them, and what stands at the places to be guessed: (m) of all n · T.
  at::Tensor tokens, places, right;
};

/// `generator`: empty for the default one of the device.
Masked masked(const at::Tensor& tokens, int64_t kinds, double share,
              const std::optional<at::Generator>& generator) {
  const auto draw = [&] {
    return at::rand(tokens.sizes(), generator, at::TensorOptions(at::kFloat).device(tokens.device()));
  };
  auto guessed = draw().lt(share);
  guessed.select(1, 0).logical_or_(guessed.any(1).logical_not());  // one in each sequence at least
  const auto how = draw();
  const auto any = (draw() * static_cast<double>(kinds)).to(at::kLong).clamp_max(kinds - 1);
  auto seen = at::where(guessed.logical_and(how.lt(kHidden)), kinds, tokens);
  seen = at::where(guessed.logical_and(how.ge(kHidden)).logical_and(how.lt(kHidden + kRandom)), any, seen);
  const auto places = guessed.flatten().nonzero().flatten();
  return {seen, places, tokens.flatten().index_select(0, places)};
}

/// At the places to be guessed alone, as one sequence.
at::Tensor guesses(const models::Network& network, const Masked& masked) {
  return network.forward({masked.tokens}).flatten(0, 1).index_select(0, masked.places).unsqueeze(0);
}

class MaskedEvaluation : public TokenEvaluation<> {
 public:
  MaskedEvaluation(int64_t kinds, double share) : kinds_(kinds), share_(share) {}

  /// The same places at every evaluation, so that epochs can be compared.
  void add(const models::Network& network, const Batch& batch) override {
    const auto number = static_cast<std::uint64_t>(batch.number);
    const auto on_cpu = masked(batch.inputs.cpu(), kinds_, share_, make_generator(0, "masks", number));
    const auto device = batch.inputs.device();
    const Masked some{on_cpu.tokens.to(device), on_cpu.places.to(device), on_cpu.right.to(device)};
    add_tokens(guesses(network, some), some.right.unsqueeze(0));
  }
  Metrics metrics() const override { return {{"loss", mean_loss()}, {"accuracy", accuracy()}}; }

 private:
  int64_t kinds_;
  double share_;
};

/// What stands at hidden places, by cross-entropy.
class MaskedModelling : public Objective {
 public:
  MaskedModelling(models::Problem problem, double share) : Objective(std::move(problem)), share_(share) {}

  std::vector<Metric> metrics() const override {
    return {{"loss", "nats a hidden token"}, {"accuracy", "share", true}};
  }
  at::Tensor targets(const datasets::Split&) const override { return {}; }
  at::Tensor loss(const models::Network& network, const Batch& batch) const override {
    const auto some = masked(batch.inputs, problem().outputs, share_, std::nullopt);
    return token_loss(guesses(network, some), some.right.unsqueeze(0));
  }
  std::unique_ptr<Evaluation> evaluation() const override {
    return std::make_unique<MaskedEvaluation>(problem().outputs, share_);
  }

 private:
  double share_;
};

std::unique_ptr<Objective> make(const Config& config, const ObjectiveData& data) {
  const auto& set = data.set;
  const auto& inputs = set.train.inputs;
  TORCH_CHECK_VALUE(inputs.scalar_type() == at::kLong && inputs.dim() == 2, config.where(), ": ", set.name,
                    " is no text; its objective is ", usual_objective(set));
  return std::make_unique<MaskedModelling>(
      models::Problem{.input = {inputs.size(1)},
                      .outputs = static_cast<int64_t>(set.classes.size()),
                      .form = models::Form::kHiddenTokens},
      config.number("share", 1e-3, 1));
}

const Registered<ObjectiveEntry> kRegistered{{.name = "masked_modelling",
                                              .summary = "tokens that are hidden, by all the others",
                                              .defaults = {{"share", 0.15}},
                                              .make = make}};

}  // namespace
}  // namespace spinlab::training
