#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "src/core/config.h"
#include "src/training/linear_layers.h"
#include "src/training/named_tensors.h"
#include "src/training/optimizers/parameter_groups.h"

namespace spinlab::training {

/// What a step may ask for beside the gradients that the parameters hold. All of it is of the step's batch,
/// at the parameters as they are when it is asked for, with the same dropout.
struct Step {
  double learning_rate = 0;
  /// Of the gradients; known where evaluates_again().
  double loss = 0;
  /// The loss, whose gradients it writes anew: for line searches.
  std::function<double()> evaluate = nullptr;
  /// Rows (n r, p) of the n examples whose product rowsᵀ rows is the Fisher matrix of the batch's mean loss;
  /// p numbers, those of the given parameters one after the other.
  std::function<at::Tensor(const std::vector<at::Tensor>& parameters)> fisher_rows = nullptr;
  /// What the Fisher matrix of the layers with these weights is made of (src/training/linear_layers.h).
  std::function<std::vector<LinearFactors>(const std::vector<at::Tensor>& weights, FisherKind kind)>
      linear_factors = nullptr;
};

/// Like torch::optim::Optimizer, but the learning rate is an argument, so that a schedule needs no access to
/// the options, and the state is tensors by name.
class Optimizer {
 public:
  explicit Optimizer(std::vector<ParameterGroup> groups);
  virtual ~Optimizer() = default;

  /// One step from the parameters' gradients. Throws c10::Error where a parameter has none.
  void step(const Step& step);

  /// Forgets the gradients: the next backward pass then hands its own tensors over instead of adding to
  /// zeros.
  virtual void zero_grad();
  /// Whether steps compare losses: they read Step::loss and call Step::evaluate.
  virtual bool evaluates_again() const { return false; }
  /// Whether steps call fisher_rows or linear_factors.
  virtual bool uses_fisher() const { return false; }

  /// What must be saved to go on, by name: the live tensors. load_state copies the same back; throws
  /// c10::ValueError where a name, a type or a shape does not fit, and then has changed nothing.
  virtual NamedTensors state() const;
  virtual void load_state(const NamedTensors& state);

 protected:
  /// The change itself, in the step number `count` from 1; every parameter has a gradient.
  virtual void take(const Step& step, int64_t count) = 0;

  const std::vector<ParameterGroup>& groups() const { return groups_; }

 private:
  std::vector<ParameterGroup> groups_;
  at::Tensor steps_;
};

/// An optimizer by name: its options with their defaults, and how it is made. Each registers itself at the
/// end of its source. `lr` is the peak of the schedule.
struct OptimizerEntry {
  std::string name;
  std::string summary;
  Json defaults = Json::object();
  std::function<std::unique_ptr<Optimizer>(const Config&, std::vector<ParameterGroup>)> make;
};

/// {"name": …, option: …} with every missing option at its default, those of parameter groups
/// (parameter_groups.h) among them; unknown ones are errors that name the nearest.
Json optimizer_with_defaults(const Json& options, const std::string& where);

/// From options as above. Throws c10::ValueError where one cannot be.
std::unique_ptr<Optimizer> make_optimizer(const Json& options, const std::vector<NamedParameter>& parameters,
                                          const std::string& where);

}  // namespace spinlab::training
