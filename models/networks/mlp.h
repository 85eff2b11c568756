#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include <string>
#include <vector>

#include "models/layers/activation.h"
#include "models/plain_layers.h"

namespace spinlab::models {

struct MLPOptions {
  MLPOptions(int64_t inputs, std::vector<int64_t> hidden, int64_t outputs)
      : inputs_(inputs), hidden_(std::move(hidden)), outputs_(outputs) {}
  /// Numbers in one example, all its dimensions flattened.
  TORCH_ARG(int64_t, inputs);
  /// The widths of the hidden layers, from the input on.
  TORCH_ARG(std::vector<int64_t>, hidden);
  TORCH_ARG(int64_t, outputs);
  /// See models/layers/activation.h.
  TORCH_ARG(std::string, activation) = "relu";
  /// The probability that a hidden unit is dropped in training.
  TORCH_ARG(double, dropout) = 0;
};

/// A fully connected network: z_l = W_l φ(z_{l-1}) + b_l, the output layer linear.
///
///     MLP model(MLPOptions(784, {128}, 10).activation("tanh"));
///     auto logits = model(images);   // (n, 1, 28, 28) → (n, 10)
class MLPImpl : public torch::nn::Cloneable<MLPImpl> {
 public:
  explicit MLPImpl(MLPOptions options) : options(std::move(options)) { reset(); }
  void reset() override;

  /// x: (n, …) with `inputs` numbers a row. Returns (n, outputs).
  at::Tensor forward(const at::Tensor& x);

  /// What forward does, on this module's parameters.
  PlainLayers plain_layers() const;

  MLPOptions options;

 private:
  std::vector<torch::nn::Linear> layers_;
  Activation activation_ = nullptr;
};

TORCH_MODULE(MLP);

}  // namespace spinlab::models
