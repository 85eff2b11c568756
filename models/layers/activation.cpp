#include "models/layers/activation.h"

#include <ATen/ops/gelu.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/tanh.h>
#include <c10/util/Exception.h>

#include <map>

#include "src/core/config.h"

namespace spinlab::models {
namespace {

const std::map<std::string, Activation>& activations() {
  static const std::map<std::string, Activation> all = {
      {"relu", [](const at::Tensor& x) { return at::relu(x); }},
      {"tanh", [](const at::Tensor& x) { return at::tanh(x); }},
      {"sigmoid", [](const at::Tensor& x) { return at::sigmoid(x); }},
      {"gelu", [](const at::Tensor& x) { return at::gelu(x); }},
      {"identity", [](const at::Tensor& x) { return x; }},
  };
  return all;
}

}  // namespace

Activation activation(const std::string& name) {
  const auto found = activations().find(name);
  if (found != activations().end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [known, function] : activations()) names.push_back(known);
  TORCH_CHECK_VALUE(false, "there is no activation \"", name, "\"", did_you_mean(name, names));
}

}  // namespace spinlab::models
