#include "src/training/passes/plain_pass.h"

#include <ATen/core/LegacyTypeDispatch.h>
#include <c10/util/Exception.h>

#include <algorithm>

namespace spinlab::training {
namespace {

/// Nobody looks at the output of these again, not even their own backward pass.
bool forgets_its_output(const models::PlainLayer& layer) {
  return std::holds_alternative<models::LinearLayer>(layer) ||
         std::holds_alternative<models::Conv2dLayer>(layer);
}

}  // namespace

PlainPass::PlainPass(const models::PlainLayers& layers) {
  TORCH_CHECK_VALUE(!layers.empty(), "a plain pass needs layers");
  for (size_t i = 0; i < layers.size(); ++i)
    stages_.push_back(make_stage(layers[i], /*in_place=*/i > 0 && forgets_its_output(layers[i - 1])));
  const auto first =
      std::ranges::find_if(stages_, [](const auto& stage) { return !stage->parameters().empty(); });
  first_ = static_cast<size_t>(first - stages_.begin());
}

at::Tensor PlainPass::run(const at::Tensor& inputs, bool training) {
  const at::AutoDispatchBelowADInplaceOrView no_graph;
  ready_ = training;
  auto x = inputs;
  for (const auto& stage : stages_) x = stage->forward(x, training);
  return x;
}

void PlainPass::backward(const at::Tensor& gradient, const std::function<void(const at::Tensor&)>& written) {
  TORCH_CHECK(ready_, "backward needs a forward before it");
  const at::AutoDispatchBelowADInplaceOrView no_graph;
  ready_ = false;
  auto flowing = gradient;
  for (size_t i = stages_.size(); i-- > first_;) {
    flowing = stages_[i]->backward(flowing, /*input_too=*/i > first_);
    if (!written) continue;
    for (const auto& parameter : stages_[i]->parameters()) {
      if (parameter.defined()) written(parameter);
    }
  }
}

}  // namespace spinlab::training
