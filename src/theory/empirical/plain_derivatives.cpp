#include "src/theory/empirical/plain_derivatives.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <torch/csrc/autograd/autograd.h>

#include "models/layers/activation.h"

namespace spinlab::theory {
namespace {

using namespace models;

/// Runs the layers, and keeps what goes into and comes out of those with weights.
struct Pass {
  at::Tensor x;
  std::vector<WeightedLayer> weighted = {};
  std::vector<at::Tensor> given = {};

  void operator()(const LinearLayer& layer) {
    keep(layer, at::linear(x, layer.weight.detach(), bias(layer.bias)));
  }
  void operator()(const Conv2dLayer& layer) {
    keep(layer, at::conv2d(x, layer.weight.detach(), bias(layer.bias), layer.stride, layer.padding));
  }
  void operator()(const ActivationLayer& layer) { x = activation(layer.name)(x); }
  void operator()(const DropoutLayer&) {}
  void operator()(const PoolingLayer& layer) {
    x = layer.kind == Pooling::kMaximum ? at::max_pool2d(x, layer.size) : at::avg_pool2d(x, layer.size);
  }
  void operator()(const FlattenLayer&) { x = x.flatten(1); }

 private:
  static at::Tensor bias(const at::Tensor& b) { return b.defined() ? b.detach() : b; }

  /// The first one's result starts the graph: nobody asks for derivatives by the inputs.
  void keep(const PlainLayer& layer, const at::Tensor& out) {
    weighted.push_back({layer, x.detach(), {}});
    x = given.empty() ? out.detach().requires_grad_(true) : out;
    given.push_back(x);
  }
};

}  // namespace

std::vector<WeightedLayer> weighted_layers(const PlainLayers& layers, const at::Tensor& X) {
  const at::AutoGradMode with_graph(true);
  Pass pass{X.detach()};
  for (const auto& layer : layers) std::visit(pass, layer);
  TORCH_CHECK_VALUE(pass.x.dim() == 2, "a tangent kernel needs outputs (n, outputs), got ", pass.x.sizes());
  if (pass.given.empty()) return {};
  std::vector<std::vector<at::Tensor>> of_layer(pass.given.size());
  for (int64_t o = 0; o < pass.x.size(1); ++o) {
    const auto found =
        torch::autograd::grad({pass.x.select(1, o).sum()}, pass.given, {}, /*retain_graph=*/true);
    for (size_t l = 0; l < found.size(); ++l) of_layer[l].push_back(found[l]);
  }
  for (size_t l = 0; l < of_layer.size(); ++l) pass.weighted[l].derivatives = at::stack(of_layer[l]);
  return std::move(pass.weighted);
}

}  // namespace spinlab::theory
