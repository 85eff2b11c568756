#include "src/training/named_tensors.h"

#include <ATen/core/grad_mode.h>
#include <c10/util/Exception.h>

namespace spinlab::training {
namespace {

void require_same(const at::Tensor& from, const at::Tensor& to, const std::string& name) {
  TORCH_CHECK_VALUE(from.sizes() == to.sizes() && from.scalar_type() == to.scalar_type(), "the checkpoint's ",
                    name, " is ", from.scalar_type(), " ", from.sizes(), ", this run's is ", to.scalar_type(),
                    " ", to.sizes(), ": it was written by another run");
}

}  // namespace

void copy_all(const NamedTensors& from, const NamedTensors& to) {
  for (const auto& [name, tensor] : to) {
    const auto found = from.find(name);
    TORCH_CHECK_VALUE(found != from.end(), "the checkpoint has no ", name, ": it was written by another run");
    require_same(found->second, tensor, name);
  }
  for (const auto& [name, tensor] : from) {
    TORCH_CHECK_VALUE(to.contains(name), "the checkpoint has ", name,
                      ", which this run has not: it was written by another run");
  }
  const at::NoGradGuard outside_the_graph;
  for (const auto& [name, tensor] : to) tensor.copy_(from.at(name));
}

}  // namespace spinlab::training
