#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "models/plain_layers.h"

namespace spinlab::experiments {

struct DenseNetworkOptions {
  int64_t inputs;
  std::vector<int64_t> hidden;
  int64_t outputs = 1;
  std::string activation = "tanh";                // models/layers/activation.h
  double weight_variance = 1, bias_variance = 0;  // σ_w², σ_b², of all layers
};

/// A dense network of finite width, z_l = σ_w/√N ω_l φ(z_{l-1}) + σ_b β_l with N its fan-in, whose ω and β
/// are drawn from the standard normal distribution: the NTK parametrisation [Jacot, Gabriel and Hongler,
/// NeurIPS 2018]. It holds W = σ_w/√N ω and b = σ_b β themselves; a gradient step of rate η in ω and β is one
/// of rate η σ_w²/N in W and η σ_b² in b.
class DenseNetwork {
 public:
  DenseNetwork(const DenseNetworkOptions& options, at::Generator generator,
               at::ScalarType type = at::kDouble);

  /// X: (n, inputs) → (n, outputs).
  at::Tensor operator()(const at::Tensor& X) const;

  /// Σ ∂f(x)/∂θ ∂f(x')/∂θ over θ = ω, β, the mean over outputs, (n, n). [Jacot et al. 2018]
  at::Tensor tangent_kernel(const at::Tensor& X) const;

  /// A layer's weights or biases, and what the rate of W or b is for a rate 1 of ω or β.
  struct Parameter {
    at::Tensor value;
    double rate;
  };
  const std::vector<Parameter>& parameters() const { return parameters_; }
  /// Views of the parameters, for a pass without a graph (src/training/passes/plain_pass.h).
  const models::PlainLayers& layers() const { return layers_; }

 private:
  std::vector<Parameter> parameters_;  // W, b of the first layer, of the second, …; without b where σ_b² = 0
  models::PlainLayers layers_;
};

}  // namespace spinlab::experiments
