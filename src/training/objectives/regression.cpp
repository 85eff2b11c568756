#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "src/core/registry.h"
#include "src/training/objectives/objective.h"

namespace spinlab::training {
namespace {

at::Tensor columns(const at::Tensor& targets) {
  return targets.to(at::kDouble).reshape({targets.size(0), -1});
}

/// Targets in units of their deviation, so that one learning rate suits every unit.
struct Standard {
  /// (k) float64, of the training part. A constant column has deviation 1.
  at::Tensor mean, deviation;

  explicit Standard(const at::Tensor& targets)
      : mean(targets.mean(0)), deviation(targets.std(0, /*unbiased=*/false)) {
    deviation = at::where(deviation > 0, deviation, at::ones_like(deviation));
  }
  at::Tensor standardised(const at::Tensor& values) const { return (values - mean) / deviation; }
  at::Tensor raw(const at::Tensor& values) const { return values.cpu().to(at::kDouble) * deviation + mean; }
};

class RegressionEvaluation : public Evaluation {
 public:
  explicit RegressionEvaluation(const Standard& standard) : standard_(standard) {}

  void add(const models::Network& network, const Batch& batch) override {
    const auto values = network.forward({batch.inputs}).reshape(batch.targets.sizes());
    squares_ += (values - batch.targets).to(at::kDouble).square().sum().item<double>();
    numbers_ += static_cast<double>(values.numel());
    sums_.add(standard_.raw(values), standard_.raw(batch.targets));
  }

  Metrics metrics() const override {
    auto all = sums_.metrics();
    all["loss"] = squares_ / numbers_;
    return all;
  }

  std::vector<double> sums() const override {
    auto all = sums_.numbers();
    all.insert(all.end(), {squares_, numbers_});
    return all;
  }
  void merge(const std::vector<double>& sums) override {
    sums_.merge({sums.begin(), sums.end() - 2});
    squares_ += sums.end()[-2];
    numbers_ += sums.end()[-1];
  }

 private:
  const Standard& standard_;
  double squares_ = 0, numbers_ = 0;
  RegressionSums sums_;
};

/// The squared error of standardised targets, over examples and columns.
class Regression : public Objective {
 public:
  Regression(models::Problem problem, const at::Tensor& targets)
      : Objective(std::move(problem)), standard_(columns(targets)) {}

  std::vector<Metric> metrics() const override {
    return {{"loss", "variance of the targets"}, {"rmse", "unit of the target"}, {"r2", "", true}};
  }

  at::Tensor targets(const datasets::Split& part) const override {
    return standard_.standardised(columns(part.targets));
  }

  at::Tensor loss(const models::Network& network, const Batch& batch) const override {
    return at::mse_loss(network.forward({batch.inputs}).reshape(batch.targets.sizes()), batch.targets);
  }

  std::unique_ptr<LossGradient> loss_gradient() const override {
    return std::make_unique<SquaredErrorGradient>();
  }

  std::unique_ptr<Evaluation> evaluation() const override {
    return std::make_unique<RegressionEvaluation>(standard_);
  }

  at::Tensor predictions(const at::Tensor& outputs) const override { return standard_.raw(outputs); }
  NamedTensors statistics() const override {
    return {{"target_mean", standard_.mean}, {"target_deviation", standard_.deviation}};
  }

  /// The mean of k squares is the energy of a Gaussian with F = 2/k.
  at::Tensor fisher_factor(const at::Tensor& values) const override {
    const auto k = values.size(1);
    return at::eye(k, values.options())
        .mul(std::sqrt(2.0 / static_cast<double>(k)))
        .expand({values.size(0), k, k});
  }

 private:
  Standard standard_;
};

std::unique_ptr<Objective> make(const Config& config, const ObjectiveData& data) {
  const auto& set = data.set;
  require_numbers(set, config.where());
  TORCH_CHECK_VALUE(set.train.targets.defined() && !set.train.classified(), config.where(), ": ", set.name,
                    " has no values to predict; its objective is ", usual_objective(set));
  // A target that is no number is said where it is met, with its batch.
  const auto targets = columns(set.train.targets);
  TORCH_CHECK_VALUE(targets.std(0, /*unbiased=*/false).isfinite().all().item<bool>() ||
                        !targets.isfinite().all().item<bool>(),
                    set.name,
                    ": its targets are so large that their deviation is not finite; scale them down");
  return std::make_unique<Regression>(models::Problem{.input = set.train.inputs.sizes().slice(1).vec(),
                                                      .outputs = set.train.targets[0].numel(),
                                                      .classification = false,
                                                      .intercept = set.intercept},
                                      set.train.targets);
}

const Registered<ObjectiveEntry> kRegistered{
    {.name = "regression",
     .summary = "values, by the squared error in units of their variance",
     .make = make}};

}  // namespace
}  // namespace spinlab::training
