#include "experiments/dense_network.h"

#include <ATen/ATen.h>

#include <cmath>

#include "src/theory/empirical/plain_derivatives.h"
#include "src/training/passes/plain_pass.h"

namespace spinlab::experiments {

DenseNetwork::DenseNetwork(const DenseNetworkOptions& options, at::Generator generator, at::ScalarType type) {
  auto fan_in = options.inputs;
  const auto draw = [&](at::IntArrayRef sizes, double variance) {
    const auto value = at::randn(sizes, generator, at::TensorOptions(type)).mul_(std::sqrt(variance));
    return parameters_.emplace_back(value, variance).value;
  };
  const auto add = [&](int64_t width) {
    const auto W = draw({width, fan_in}, options.weight_variance / static_cast<double>(fan_in));
    layers_.push_back(models::LinearLayer{
        W, options.bias_variance > 0 ? draw({width}, options.bias_variance) : at::Tensor()});
    fan_in = width;
  };
  for (const auto width : options.hidden) {
    add(width);
    layers_.push_back(models::ActivationLayer{options.activation});
  }
  add(options.outputs);
}

at::Tensor DenseNetwork::operator()(const at::Tensor& X) const {
  return training::PlainPass(layers_).predict(X).clone();
}

at::Tensor DenseNetwork::tangent_kernel(const at::Tensor& X) const {
  auto kernel = at::zeros({X.size(0), X.size(0)}, X.options());
  auto parameter = parameters_.begin();
  const auto weighted = theory::weighted_layers(layers_, X);
  for (const auto& layer : weighted) {
    const auto g = layer.derivatives.transpose(0, 1).flatten(1);  // (n, outputs · width)
    auto inputs = parameter++->rate * layer.inputs.mm(layer.inputs.t());
    if (std::get<models::LinearLayer>(layer.layer).bias.defined()) inputs += parameter++->rate;
    kernel += g.mm(g.t()) * inputs;
  }
  return kernel / weighted.back().derivatives.size(0);
}

}  // namespace spinlab::experiments
