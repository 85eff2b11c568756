#include "src/training/not_finite.h"

#include <ATen/ATen.h>

namespace spinlab::training {
namespace {

constexpr auto kSmallerSteps =
    "; take smaller steps (optimizer.lr) or bound them (clip_norm=1), and start again with --overwrite, "
    "or, where an epoch was done, from its checkpoint: --from THIS_RUN --out ANOTHER";

bool finite(const at::Tensor& tensor) {
  return !tensor.defined() || !tensor.is_floating_point() || tensor.isfinite().all().item<bool>();
}

}  // namespace

std::string first_not_finite(const Batch& batch, const torch::nn::Module& module,
                             const std::function<at::Tensor()>& forward) {
  if (!finite(batch.inputs))
    return "an input of the batch is not finite: look for it in the data (spinlab data show)";
  if (!finite(batch.targets))
    return "a target of the batch is not finite: look for it in the data (spinlab data show)";
  for (const auto& item : module.named_parameters()) {
    if (!finite(item.value()))
      return "the step before has made " + item.key() + " not finite" + kSmallerSteps;
  }
  if (module.parameters().size() > 0 && !finite(forward())) {
    return "the output of the network is the first that is not finite" + std::string(kSmallerSteps);
  }
  return "the loss itself is the first that is not finite" + std::string(kSmallerSteps);
}

std::string first_not_finite(const NamedTensors& tensors) {
  for (const auto& [name, tensor] : tensors) {
    if (!finite(tensor)) return name;
  }
  return "";
}

}  // namespace spinlab::training
