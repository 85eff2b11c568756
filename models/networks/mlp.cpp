#include "models/networks/mlp.h"

#include <ATen/ops/dropout.h>

#include "models/registry.h"

namespace spinlab::models {

void MLPImpl::reset() {
  activation_ = models::activation(options.activation());
  layers_.clear();
  auto width = options.inputs();
  const auto add = [&](int64_t next) {
    layers_.push_back(
        register_module("layer" + std::to_string(layers_.size()), torch::nn::Linear(width, next)));
    width = next;
  };
  for (const auto next : options.hidden()) add(next);
  add(options.outputs());
}

at::Tensor MLPImpl::forward(const at::Tensor& x) {
  auto z = layers_.front()->forward(x.flatten(1));
  for (size_t l = 1; l < layers_.size(); ++l) {
    z = activation_(z);
    if (options.dropout() > 0) z = at::dropout(z, options.dropout(), is_training());
    z = layers_[l]->forward(z);
  }
  return z;
}

PlainLayers MLPImpl::plain_layers() const {
  PlainLayers all{FlattenLayer{}};
  for (const auto& layer : layers_) {
    if (all.size() > 1) {
      all.push_back(ActivationLayer{options.activation()});
      if (options.dropout() > 0) all.push_back(DropoutLayer{options.dropout()});
    }
    all.push_back(LinearLayer{layer->weight, layer->bias});
  }
  return all;
}

namespace {

Network make(const Config& config, const Problem& problem) {
  auto options = MLPOptions(problem.features(), config.integers("hidden", 1, kMaxWidth), problem.outputs);
  options.activation(config.get<std::string>("activation")).dropout(config.number("dropout", 0, 0.99));
  return network(MLP(options));
}

const Registered<ModelEntry> kRegistered{{.name = "mlp",
                                          .summary = "a fully connected network",
                                          .defaults = {{"hidden", {128}}, {"activation", "relu"}, {"dropout", 0.0}},
                                          .network = make}};

}  // namespace
}  // namespace spinlab::models
