#include "models/networks/linear.h"

#include "models/registry.h"

namespace spinlab::models {

void LinearModelImpl::reset() {
  map_ = register_module("map", torch::nn::Linear(options.inputs(), options.outputs()));
}

at::Tensor LinearModelImpl::forward(const at::Tensor& x) { return map_->forward(x.flatten(1)); }

PlainLayers LinearModelImpl::plain_layers() const {
  return {FlattenLayer{}, LinearLayer{map_->weight, map_->bias}};
}

namespace {

Network make(const Config&, const Problem& problem) {
  return network(LinearModel(LinearModelOptions(problem.features(), problem.outputs)));
}

const Registered<ModelEntry> kRegistered{
    {.name = "linear", .summary = "one affine map: softmax or linear regression by gradients", .network = make}};

}  // namespace
}  // namespace spinlab::models
