#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "models/plain_layers.h"
#include "src/training/passes/stage.h"

namespace spinlab::training {

/// Forward and backward through a plain sequence of layers without a graph: the kernels that autograd calls,
/// in the same order, but in place and into memory that is kept from step to step. Nearly all that a small
/// network's step costs beyond its matrix products goes: allocation, the nodes of the graph, the gradient of
/// the input. Gradients are autograd's, to the bit where the kernels are the same (linear layers,
/// activations, pooling, and dropout on the CPU).
///
///     PlainPass pass(network.plain_layers);
///     const auto logits = pass.forward(batch.inputs);
///     pass.backward(cross_entropy(logits, batch.targets).gradient);   // loss_gradient.h
///     optimizer.step(rate);                                           // reads the parameters' .grad
///
/// Holds the parameters' memory: the module must not be moved to another device or type afterwards (copying
/// into the parameters is well).
class PlainPass {
 public:
  /// Throws c10::ValueError where there are no layers or an activation has an unknown name.
  explicit PlainPass(const models::PlainLayers& layers);

  /// inputs: (n, …), n any and another at each call; kept until backward, never changed. Returns the last
  /// layer's output, overwritten by the next call of forward or predict.
  at::Tensor forward(const at::Tensor& inputs) { return run(inputs, /*training=*/true); }

  /// As forward, but without dropout and what only a backward pass needs.
  at::Tensor predict(const at::Tensor& inputs) { return run(inputs, /*training=*/false); }

  /// gradient: of the loss by the output of the last call, which was forward; overwritten. Sets (does not add
  /// to) the parameters' gradients, in the same tensors at each call, whatever zero_grad did to them in
  /// between. `written` is told of each parameter whose gradient is done. Throws c10::Error where the last
  /// call was not forward.
  void backward(const at::Tensor& gradient,
                const std::function<void(const at::Tensor& parameter)>& written = {});

 private:
  at::Tensor run(const at::Tensor& inputs, bool training);

  std::vector<std::unique_ptr<Stage>> stages_;
  /// The first with parameters: what lies before it needs no gradient.
  size_t first_ = 0;
  bool ready_ = false;
};

}  // namespace spinlab::training
