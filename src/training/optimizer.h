#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "src/core/config.h"
#include "src/training/named_tensors.h"

namespace spinlab::training {

/// Parameters that share their hyperparameters.
struct ParameterGroup {
  std::vector<at::Tensor> parameters;
  double weight_decay = 0;
};

/// Like torch::optim::Optimizer, but each step is one call of LibTorch's fused kernel for a group, on the CPU
/// and on CUDA alike, and the learning rate is an argument, so that a schedule needs no access to the
/// options.
class Optimizer {
 public:
  explicit Optimizer(std::vector<ParameterGroup> groups);
  virtual ~Optimizer() = default;

  /// One step from the parameters' gradients. Throws c10::Error where a parameter has none.
  void step(double learning_rate);

  /// Forgets the gradients: the next backward pass then hands its own tensors over instead of adding to
  /// zeros.
  void zero_grad();

  /// What must be saved to go on, by name. load_state copies the same back; throws c10::ValueError where a
  /// name, a type or a shape does not fit, and then has changed nothing.
  NamedTensors state() const;
  void load_state(const NamedTensors& state);

 protected:
  struct Group : ParameterGroup {
    std::vector<at::Tensor> gradients;
    /// By name ("momentum", "variance", …) one tensor a parameter.
    std::map<std::string, std::vector<at::Tensor>> moments;
    /// Adam's kernel wants its step count as a tensor for each parameter: one tensor, named so often.
    std::vector<at::Tensor> counts;
  };

  /// The kernel, gradients collected, in the step number `count` from 1.
  virtual void update(Group& group, double learning_rate, int64_t count) = 0;
  void add_moments(const std::string& name);

  std::vector<Group> groups_;

 private:
  at::Tensor steps_;
};

struct SGDOptions {
  double momentum = 0;
  double dampening = 0;
  bool nesterov = false;
};

/// v ← μ v + (1 - τ) (g + λ w), w ← w - η v (or η (g + λ w + μ v) for Nesterov) as torch::optim::SGD.
/// [Sutskever et al., On the importance of initialization and momentum, ICML 2013]
class FusedSGD : public Optimizer {
 public:
  FusedSGD(std::vector<ParameterGroup> groups, SGDOptions options);

 private:
  void update(Group& group, double learning_rate, int64_t count) override;
  SGDOptions options_;
};

struct AdamOptions {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  /// AdamW: the decay acts on the weights and not on the gradient.
  bool decoupled = false;
};

/// Adam [Kingma and Ba, arXiv:1412.6980, algorithm 1] and AdamW [Loshchilov and Hutter, arXiv:1711.05101,
/// algorithm 2].
class FusedAdam : public Optimizer {
 public:
  FusedAdam(std::vector<ParameterGroup> groups, AdamOptions options);

 private:
  void update(Group& group, double learning_rate, int64_t count) override;
  AdamOptions options_;
};

/// {"name": "sgd" | "adam" | "adamw", option: …} with every missing option at its default; unknown ones are
/// errors that name the nearest. `lr` is the peak of the schedule; `decay_1d` false keeps the weight
/// decay from parameters of one dimension (biases, normalisation).
Json optimizer_with_defaults(const Json& options, const std::string& where);

/// From options as above. Throws c10::ValueError where one cannot be.
std::unique_ptr<Optimizer> make_optimizer(const Json& options, const std::vector<at::Tensor>& parameters,
                                          const std::string& where);

/// The names that make_optimizer knows.
std::vector<std::string> optimizer_names();

}  // namespace spinlab::training
