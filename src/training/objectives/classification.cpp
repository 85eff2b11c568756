#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "datasets/known_classes.h"
#include "src/core/registry.h"
#include "src/training/objectives/image_views.h"
#include "src/training/objectives/objective.h"

namespace spinlab::training {
namespace {

struct Options {
  /// The share of a label that is spread evenly over all classes [Szegedy et al., arXiv:1512.00567, section
  /// 7].
  double label_smoothing = 0;
  ImageViews views;
};

/// The rule that no classifier beats, for inputs as a network takes them; empty where the data set has none.
using BayesRight = std::function<int64_t(const Batch&)>;

BayesRight bayes_right(const ObjectiveData& data) {
  if (!data.set.posterior) return {};
  return [posterior = data.set.posterior, normalizer = data.normalizer](const Batch& batch) {
    return datasets::bayes_right(posterior, normalizer.inverse(batch.inputs), batch.targets.cpu());
  };
}

class ClassificationEvaluation : public SummedEvaluation<4> {
 public:
  ClassificationEvaluation(ImageViews views, const BayesRight& bayes) : views_(views), bayes_(bayes) {}

  void add(const models::Network& network, const Batch& batch) override {
    const auto logits =
        views_.mean([&](const at::Tensor& inputs) { return network.forward({inputs}); }, batch.inputs);
    auto& [loss, right, examples, best] = sums_;
    loss +=
        at::cross_entropy_loss(logits.to(at::kDouble), batch.targets, {}, at::Reduction::Sum).item<double>();
    right += logits.argmax(1).eq(batch.targets).sum().item<double>();
    examples += static_cast<double>(batch.size());
    if (bayes_) best += static_cast<double>(bayes_(batch));
  }

  Metrics metrics() const override {
    const auto& [loss, right, examples, best] = sums_;
    Metrics all{{"loss", loss / examples}, {"accuracy", right / examples}};
    if (bayes_) all["bayes_accuracy"] = best / examples;
    return all;
  }

 private:
  ImageViews views_;
  const BayesRight& bayes_;
};

/// Cross-entropy of logits (n, classes); ties of the largest go to the lowest class. Where the data set knows
/// its posterior, "bayes_accuracy" is what the Bayes rule reaches on the same examples.
class Classification : public Objective {
 public:
  Classification(models::Problem problem, Options options, BayesRight bayes)
      : Objective(std::move(problem)), options_(options), bayes_(std::move(bayes)) {}

  std::vector<Metric> metrics() const override {
    std::vector<Metric> all{{"loss", "nats"}, {"accuracy", "share", true}};
    // No score of the model's: nothing is to be chosen by it.
    if (bayes_) all.push_back({"bayes_accuracy", "share"});
    return all;
  }

  at::Tensor loss(const models::Network& network, const Batch& batch) const override {
    return at::cross_entropy_loss(network.forward({batch.inputs}), batch.targets, {}, at::Reduction::Mean,
                                  /*ignore_index=*/-100, options_.label_smoothing);
  }

  std::unique_ptr<LossGradient> loss_gradient() const override {
    return std::make_unique<CrossEntropyGradient>(options_.label_smoothing);
  }

  std::unique_ptr<Evaluation> evaluation() const override {
    return std::make_unique<ClassificationEvaluation>(options_.views, bayes_);
  }

  /// F = diag p - p pᵀ = B Bᵀ with B = diag √p - p √pᵀ.
  at::Tensor fisher_factor(const at::Tensor& logits) const override {
    const auto p = logits.softmax(1), root = p.sqrt();
    return at::diag_embed(root) - p.unsqueeze(2) * root.unsqueeze(1);
  }

 private:
  Options options_;
  BayesRight bayes_;
};

std::unique_ptr<Objective> make(const Config& config, const ObjectiveData& data) {
  const auto& set = data.set;
  require_numbers(set, config.where());
  TORCH_CHECK_VALUE(set.train.classified() && set.train.targets.dim() == 1, config.where(), ": ", set.name,
                    " has no classes; its objective is ", usual_objective(set));
  const auto classes = static_cast<int64_t>(set.classes.size());
  TORCH_CHECK_VALUE(classes > 1, set.name, " has only one class: there is nothing to tell apart");
  const Options options{config.number("label_smoothing", 0, 0.999),
                        {config.get<bool>("flip_tta"), config.get<bool>("shift_tta")}};
  const auto& inputs = set.train.inputs;
  TORCH_CHECK_VALUE(!(options.views.flip || options.views.shift) || inputs.dim() == 4, config.where(),
                    ": flip_tta and shift_tta are for images; ", set.name, " has none");
  TORCH_CHECK_VALUE(!options.views.shift || std::min(inputs.size(2), inputs.size(3)) > 1, config.where(),
                    ": shift_tta needs images of at least 2 x 2 pixels");
  return std::make_unique<Classification>(models::Problem{.input = set.train.inputs.sizes().slice(1).vec(),
                                                          .outputs = classes,
                                                          .intercept = set.intercept,
                                                          .mirrored = set.mirrored_classes},
                                          options, bayes_right(data));
}

const Registered<ObjectiveEntry> kRegistered{
    {.name = "classification",
     .summary = "one of several classes, by cross-entropy",
     .defaults = {{"label_smoothing", 0.0}, {"flip_tta", false}, {"shift_tta", false}},
     .make = make}};

}  // namespace
}  // namespace spinlab::training
