#include "src/judging/worker/module_exports.h"

#include <torch/csrc/autograd/autograd.h>

#include <algorithm>

#include "src/judging/worker/module_calls.h"

namespace spinlab::judging {
namespace {

std::vector<ServedModule>& modules() {
  static std::vector<ServedModule> all;
  return all;
}

NamedTensorList listed(const torch::OrderedDict<std::string, at::Tensor>& tensors) {
  NamedTensorList list;
  for (const auto& item : tensors) list.emplace_back(item.key(), item.value());
  return list;
}

void copy_into(torch::nn::Module& module, const std::string& name, const at::Tensor& value) {
  auto parameters = module.named_parameters(), buffers = module.named_buffers();
  auto* target = parameters.find(name);
  if (target == nullptr) target = buffers.find(name);
  TORCH_CHECK(target != nullptr, "the module has neither a parameter nor a buffer \"", name, "\"");
  TORCH_CHECK(target->sizes() == value.sizes(), "\"", name, "\" has shape ", target->sizes(), ", expected ",
              value.sizes());
  const at::NoGradGuard outside_the_graph;
  target->copy_(value);
}

[[maybe_unused]] const bool registered =
    register_export(module_calls::kForward, &answer<&module_calls::forward, By::kUs>) &&
    register_export(module_calls::kNamedParameters, &answer<&module_calls::named_parameters, By::kUs>) &&
    register_export(module_calls::kNamedBuffers, &answer<&module_calls::named_buffers, By::kUs>) &&
    register_export(module_calls::kLoad, &answer<&module_calls::load, By::kUs>) &&
    register_export(module_calls::kVjp, &answer<&module_calls::vjp, By::kUs>) &&
    register_export(module_calls::kTrain, &answer<&module_calls::train, By::kUs>);

}  // namespace

std::uint64_t keep_module(ServedModule module) {
  auto& all = modules();
  const auto same = [&](const ServedModule& kept) { return kept.module == module.module; };
  const auto found = std::find_if(all.begin(), all.end(), same);
  const auto place = static_cast<std::uint64_t>(found - all.begin());
  if (found == all.end()) all.push_back(std::move(module));
  return place;
}

const ServedModule& kept_module(std::uint64_t place) {
  if (place >= modules().size()) throw ProtocolError("there is no such module");
  return modules()[place];
}

namespace module_calls {

at::Tensor forward(std::uint64_t place, const at::Tensor& x) { return kept_module(place).forward(x); }

NamedTensorList named_parameters(std::uint64_t place) {
  return listed(kept_module(place).module->named_parameters());
}

NamedTensorList named_buffers(std::uint64_t place) {
  return listed(kept_module(place).module->named_buffers());
}

void load(std::uint64_t place, const NamedTensorList& values) {
  for (const auto& [name, value] : values) copy_into(*kept_module(place).module, name, value);
}

VectorJacobianProduct vjp(std::uint64_t place, const at::Tensor& x, const at::Tensor& v) {
  const auto& served = kept_module(place);
  const auto input = x.clone().requires_grad_(x.is_floating_point());
  std::vector<at::Tensor> inputs = served.module->parameters();
  if (input.requires_grad()) inputs.push_back(input);
  const auto y = served.forward(input);
  auto gradients = torch::autograd::grad({y}, inputs, {v}, std::nullopt, /*create_graph=*/false,
                                         /*allow_unused=*/true);
  for (size_t i = 0; i < inputs.size(); ++i)
    if (!gradients[i].defined()) gradients[i] = at::zeros_like(inputs[i]);
  if (!input.requires_grad()) return {at::zeros(x.sizes(), v.options()), gradients};
  const auto by_input = gradients.back();
  gradients.pop_back();
  return {by_input, gradients};
}

void train(std::uint64_t place, bool on) { kept_module(place).module->train(on); }

}  // namespace module_calls
}  // namespace spinlab::judging
