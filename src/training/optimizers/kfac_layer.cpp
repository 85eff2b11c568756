#include "src/training/optimizers/kfac_layer.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <map>

#include "src/training/optimizers/positive_definite.h"

namespace spinlab::training {
namespace {

constexpr std::string_view kWeight = ".weight", kBias = ".bias";

at::Tensor damped_inverse(const at::Tensor& matrix, double damping, const std::string& what) {
  auto damped = matrix.clone();
  damped.diagonal().add_(damping);
  return at::cholesky_inverse(damped_cholesky(damped, what));
}

double mean_eigenvalue(const at::Tensor& matrix) { return matrix.diagonal().mean().item<double>(); }

void step_to(KFACParameter& parameter, const at::Tensor& velocity, double learning_rate) {
  parameter.tensor.add_(velocity, -learning_rate * parameter.lr_scale);
}

at::Tensor decayed(const KFACParameter& parameter) {
  return parameter.tensor.grad().add(parameter.tensor.detach(), parameter.weight_decay);
}

std::string stem(const std::string& name, std::string_view end) {
  return name.ends_with(end) ? name.substr(0, name.size() - end.size()) : "";
}

using Parts = std::map<std::string, KFACParameter>;

/// The first to `weights`, the second to `biases`, by the names of their layers.
void sort(const ParameterGroup& group, size_t i, Parts& weights, Parts& biases, const std::string& where) {
  const auto& name = group.names[i];
  const auto& tensor = group.parameters[i];
  const auto weight = stem(name, kWeight), bias = stem(name, kBias);
  TORCH_CHECK_VALUE((!weight.empty() && tensor.dim() == 2) || (!bias.empty() && tensor.dim() == 1), where,
                    ": kfac is for networks of linear layers, and ", name, " ", tensor.sizes(),
                    " is no part of one; choose ",
                    "the model mlp or linear, or another optimizer, adamw say");
  (weight.empty() ? biases[bias] : weights[weight]) = {tensor, group.weight_decay, group.lr_scale};
}

}  // namespace

KFACLayer::KFACLayer(std::string name, KFACParameter weight, KFACParameter bias)
    : name_(std::move(name)), weight_(std::move(weight)), bias_(std::move(bias)) {
  const auto options = weight_.tensor.detach().options();
  const auto out = weight_.tensor.size(0), in = inputs() + (bias_.tensor.defined() ? 1 : 0);
  input_moment_ = at::zeros({in, in}, options);
  gradient_moment_ = at::zeros({out, out}, options);
  input_inverse_ = at::zeros_like(input_moment_);
  gradient_inverse_ = at::zeros_like(gradient_moment_);
  velocity_ = at::zeros({out, in}, options);
}

void KFACLayer::average(const LinearFactors& factors, double memory) {
  TORCH_CHECK_VALUE(
      factors.inputs.defined() && factors.inputs.size(0) == factors.gradients.size(1), "kfac: ", name_,
      " is not a layer that is used once for each example; choose another optimizer, adamw say");
  auto inputs = factors.inputs;
  const auto n = inputs.size(0);
  if (bias_.tensor.defined()) inputs = at::cat({inputs, at::ones({n, 1}, inputs.options())}, 1);
  const auto gradients = factors.gradients.flatten(0, 1);
  const double share = (1 - memory) / static_cast<double>(n);
  input_moment_.addmm_(inputs.t(), inputs, memory, share);
  gradient_moment_.addmm_(gradients.t(), gradients, memory, share);
}

void KFACLayer::invert(double damping) {
  const double root = std::sqrt(damping + weight_.weight_decay);
  const double ratio = std::sqrt(mean_eigenvalue(input_moment_) / mean_eigenvalue(gradient_moment_));
  const double pi = std::isfinite(ratio) && ratio > 0 ? ratio : 1;  // no inputs or no gradients
  input_inverse_.copy_(
      damped_inverse(input_moment_, pi * root, "kfac: the inputs' second moment at " + name_));
  gradient_inverse_.copy_(
      damped_inverse(gradient_moment_, root / pi, "kfac: the gradients' second moment at " + name_));
}

at::Tensor KFACLayer::gradient() const {
  const auto of_weight = decayed(weight_);
  return bias_.tensor.defined() ? at::cat({of_weight, decayed(bias_).unsqueeze(1)}, 1) : of_weight;
}

at::Tensor KFACLayer::natural(const at::Tensor& gradient) const {
  return gradient_inverse_.mm(gradient).mm(input_inverse_);
}

void KFACLayer::move(const at::Tensor& step, double momentum, double learning_rate) {
  velocity_.mul_(momentum).add_(step);
  step_to(weight_, velocity_.narrow(1, 0, inputs()), learning_rate);
  if (bias_.tensor.defined()) step_to(bias_, velocity_.select(1, inputs()), learning_rate);
}

NamedTensors KFACLayer::state() const {
  return {{"input_moment." + name_, input_moment_},
          {"gradient_moment." + name_, gradient_moment_},
          {"input_inverse." + name_, input_inverse_},
          {"gradient_inverse." + name_, gradient_inverse_},
          {"velocity." + name_, velocity_}};
}

std::vector<KFACLayer> kfac_layers(const std::vector<ParameterGroup>& groups, const std::string& where) {
  Parts weights, biases;
  for (const auto& group : groups) {
    for (size_t i = 0; i < group.parameters.size(); ++i) sort(group, i, weights, biases, where);
  }
  for (const auto& [name, bias] : biases) {
    TORCH_CHECK_VALUE(weights.contains(name), where, ": kfac cannot train ", name, kBias, " without ", name,
                      kWeight, "; leave both as they are or none");
  }
  std::vector<KFACLayer> layers;
  for (const auto& [name, weight] : weights) {
    layers.emplace_back(name, weight, biases.contains(name) ? biases.at(name) : KFACParameter{});
  }
  return layers;
}

}  // namespace spinlab::training
