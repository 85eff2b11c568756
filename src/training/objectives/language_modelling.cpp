#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <numbers>

#include "datasets/split.h"
#include "models/estimators/ngram.h"
#include "src/core/registry.h"
#include "src/training/objectives/objective.h"
#include "src/training/objectives/token_evaluation.h"

namespace spinlab::training {
namespace {

/// An n-gram that is counted when it is first asked for: who exports a run or lets it write needs none.
class CountedWhenNeeded {
 public:
  CountedWhenNeeded() = default;
  /// stream: int64 (length).
  CountedWhenNeeded(at::Tensor stream, int64_t tokens, int64_t order)
      : stream_(std::move(stream)), tokens_(tokens), order_(order) {}

  bool is_asked_for() const { return order_ > 0; }
  const models::NGram& operator()() {
    if (!counted_) {
      counted_ = std::make_unique<models::NGram>(stream_, tokens_, order_);
      stream_ = at::Tensor();
    }
    return *counted_;
  }

 private:
  at::Tensor stream_;
  int64_t tokens_ = 0, order_ = 0;
  std::unique_ptr<models::NGram> counted_;
};

/// What the text itself says, beside any model of it.
struct Text {
  /// Float64 (tokens): how many bytes each stands for; undefined where nobody knows.
  at::Tensor bytes;
  /// Of the training part.
  CountedWhenNeeded ngram;
};

/// From the state that the batch before this one left, where states are carried; the gradient ends there.
at::Tensor logits(const models::Network& network, const Batch& batch) {
  if (!batch.state.defined()) return network.forward({batch.inputs});
  const auto [all, after] = network.recurrence->read_on(batch.inputs, batch.state);
  batch.after.copy_(after.detach());
  return all;
}

class LanguageEvaluation : public TokenEvaluation<2> {
 public:
  explicit LanguageEvaluation(Text& text) : text_(text) {}

  void add(const models::Network& network, const Batch& batch) override {
    add_tokens(logits(network, batch), batch.targets);
    if (text_.bytes.defined())
      own(0) += text_.bytes.index_select(0, batch.targets.flatten().cpu()).sum().item<double>();
    if (text_.ngram.is_asked_for()) own(1) -= text_.ngram().log_likelihood(batch.inputs, batch.targets);
  }
  Metrics metrics() const override {
    const auto loss = mean_loss();
    Metrics all{{"loss", loss}, {"perplexity", std::exp(loss)}, {"accuracy", accuracy()}};
    if (text_.bytes.defined()) all["bits_per_byte"] = loss * tokens() / own(0) / std::numbers::ln2;
    if (text_.ngram.is_asked_for()) all["ngram_loss"] = own(1) / tokens();
    return all;
  }

 private:
  Text& text_;
};

/// The token that follows at each place of a window, by cross-entropy.
class LanguageModelling : public Objective {
 public:
  LanguageModelling(models::Problem problem, Text text, bool carries_state)
      : Objective(std::move(problem)), text_(std::move(text)), carries_state_(carries_state) {}

  std::vector<Metric> metrics() const override {
    std::vector<Metric> all{{"loss", "nats a token"}};
    if (text_.ngram.is_asked_for()) all.push_back({"ngram_loss", "nats a token"});
    if (text_.bytes.defined()) all.push_back({"bits_per_byte", "bits"});
    all.insert(all.end(), {{"perplexity", ""}, {"accuracy", "share", true}});
    return all;
  }
  at::Tensor loss(const models::Network& network, const Batch& batch) const override {
    return token_loss(logits(network, batch), batch.targets);
  }
  double weight(const Batch& batch) const override { return judged_tokens(batch.targets); }
  std::unique_ptr<Evaluation> evaluation() const override {
    return std::make_unique<LanguageEvaluation>(text_);
  }

  bool carries_state() const override { return carries_state_; }

 private:
  mutable Text text_;
  bool carries_state_;
};

at::Tensor bytes_of(const datasets::Tokenizer& tokenizer) {
  auto bytes = at::empty({tokenizer.size()}, at::kDouble);
  for (int64_t token = 0; token < tokenizer.size(); ++token)
    bytes.mutable_data_ptr<double>()[token] = static_cast<double>(tokenizer.bytes(token).size());
  return bytes;
}

constexpr int64_t kMaxOrder = 16;

std::unique_ptr<Objective> make(const Config& config, const ObjectiveData& data) {
  const auto& set = data.set;
  const auto& [inputs, targets, unused] = set.train;
  TORCH_CHECK_VALUE(
      set.train.classified() && inputs.scalar_type() == at::kLong && targets.sizes() == inputs.sizes(),
      config.where(), ": ", set.name, " is no text; its objective is ", usual_objective(set));
  const auto tokens = static_cast<int64_t>(set.classes.size());
  const auto carries_state = config.get<bool>("carry_state");
  TORCH_CHECK_VALUE(
      !carries_state || (set.tokenizer && datasets::is_text_in_order(set.train)), config.where(),
      ".carry_state: the examples of ", set.name,
      " do not follow one another as a text does; leave it false, or cut a text's validation part "
      "by data.validation_fraction");
  Text text;
  if (set.tokenizer) text.bytes = bytes_of(*set.tokenizer);
  if (const auto order = config.integer("ngram", 0, kMaxOrder); order > 0)
    text.ngram = {datasets::stream_of(inputs), tokens, order};
  return std::make_unique<LanguageModelling>(
      models::Problem{.input = {inputs.size(1)}, .outputs = tokens, .form = models::Form::kTokens},
      std::move(text), carries_state);
}

const Registered<ObjectiveEntry> kRegistered{{.name = "language_modelling",
                                              .summary = "the token that follows, by cross-entropy",
                                              .defaults = {{"ngram", 5}, {"carry_state", false}},
                                              .make = make}};

}  // namespace
}  // namespace spinlab::training
