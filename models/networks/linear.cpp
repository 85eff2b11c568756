#include "models/networks/linear.h"

namespace spinlab::models {

void LinearModelImpl::reset() {
  map_ = register_module("map", torch::nn::Linear(options.inputs(), options.outputs()));
}

at::Tensor LinearModelImpl::forward(const at::Tensor& x) { return map_->forward(x.flatten(1)); }

}  // namespace spinlab::models
