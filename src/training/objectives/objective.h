#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "datasets/dataset.h"
#include "models/registry.h"
#include "src/training/batches/batches.h"
#include "src/training/batches/normalizer.h"
#include "src/training/metrics.h"
#include "src/training/passes/loss_gradient.h"

namespace spinlab::training {

/// The metrics of a network on a part of a data set, summed batch by batch, so that a part of any size fits.
class Evaluation {
 public:
  virtual ~Evaluation() = default;
  /// The network is in evaluation mode and no graph is recorded.
  virtual void add(const models::Network& network, const Batch& batch) = 0;
  /// Of all batches so far, by the names of Objective::metrics().
  virtual Metrics metrics() const = 0;

  /// All that metrics() follows from; merge() takes in what another process, which saw other batches, has.
  virtual std::vector<double> sums() const = 0;
  virtual void merge(const std::vector<double>& sums) = 0;
};

/// One whose sums are N numbers.
template <std::size_t N>
class SummedEvaluation : public Evaluation {
 public:
  std::vector<double> sums() const override { return {sums_.begin(), sums_.end()}; }
  void merge(const std::vector<double>& sums) override {
    for (std::size_t i = 0; i < N; ++i) sums_[i] += sums.at(i);
  }

 protected:
  std::array<double, N> sums_{};
};

/// What is learnt: the form of a batch, the loss of a step, what it is judged by and in which units. One
/// training loop serves all; a new kind of learning is a file like classification.cpp, which registers
/// itself.
class Objective {
 public:
  explicit Objective(models::Problem problem) : problem_(std::move(problem)) {}
  virtual ~Objective() = default;

  /// What a model must take and give.
  const models::Problem& problem() const { return problem_; }
  /// In the order in which they are shown; the first is the mean loss.
  virtual std::vector<Metric> metrics() const = 0;

  /// The targets of a part as loss() takes them, on the CPU; undefined where the inputs are all.
  virtual at::Tensor targets(const datasets::Split& part) const { return part.targets; }
  /// The mean over the batch of what is minimised, differentiable; in the unit of the first metric. What it
  /// draws comes from the default generator of the batch's device.
  virtual at::Tensor loss(const models::Network& network, const Batch& batch) const = 0;
  virtual std::unique_ptr<Evaluation> evaluation() const = 0;
  /// How much the batch counts in a larger one's mean loss, for a loss that is a mean over rows, or over
  /// what is judged in them, and draws nothing: such a batch may be taken in parts. 0: only whole.
  virtual double weight(const Batch&) const { return 0; }

  /// Whether batches go on from one another, with the state that a recurrent network was left in
  /// (src/training/batches/stream_batches.h).
  virtual bool carries_state() const { return false; }

  /// The same loss of a network's outputs (n, outputs) without a graph, for networks that are trained without
  /// one; null for an objective that has none, or does not follow from the outputs and targets alone.
  virtual std::unique_ptr<LossGradient> loss_gradient() const { return nullptr; }

  /// What a network's outputs say in the units of the data set: logits as they are, values no longer
  /// standardised, densities those of the data as they are.
  virtual at::Tensor predictions(const at::Tensor& outputs) const { return outputs; }
  /// What `predictions` and a Python user need beside the weights ("target_mean"), for the checkpoint.
  virtual NamedTensors statistics() const { return {}; }

  /// The Fisher matrix of the network's output as a distribution, F = B Bᵀ, for natural gradients. outputs:
  /// (n, k). Returns B (n, k, r), such that the loss is, to second order, quadratic with F. Throws
  /// c10::ValueError for an objective that has none.
  virtual at::Tensor fisher_factor(const at::Tensor& outputs) const;

 private:
  models::Problem problem_;
};

/// The data that an objective is made for, and how its inputs are normalised.
struct ObjectiveData {
  const datasets::Dataset& set;
  const Normalizer& normalizer;
};

struct ObjectiveEntry {
  std::string name;
  std::string summary;
  Json defaults = Json::object();
  std::function<std::unique_ptr<Objective>(const Config&, const ObjectiveData&)> make;
};

/// Throws c10::ValueError where the inputs of the data set are tokens.
void require_numbers(const datasets::Dataset& set, const std::string& where);

/// The name of what is usually learnt from the data set: its own word, else classes or values.
std::string usual_objective(const datasets::Dataset& set);

/// {"name": …, option: …} with every missing option at its default; "auto" stays as it is until the data set
/// is known. Throws c10::ValueError with the nearest for an unknown name or option.
Json objective_with_defaults(const Json& options, const std::string& where);

/// "auto" made definite by the data set.
Json settled_objective(const Json& options, const datasets::Dataset& set, const std::string& where);

/// From definite options. Throws c10::ValueError where the data set is not of its kind.
std::unique_ptr<Objective> make_objective(const Json& options, const ObjectiveData& data,
                                          const std::string& where);

}  // namespace spinlab::training
