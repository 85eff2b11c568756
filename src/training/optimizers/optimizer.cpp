#include "src/training/optimizers/optimizer.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

#include "src/core/registry.h"

namespace spinlab::training {
namespace {

std::vector<NamedOptions> choices() {
  auto all = registered_options<OptimizerEntry>();
  for (auto& choice : all) choice.defaults.update(group_defaults(choice.defaults));
  return all;
}

}  // namespace

Optimizer::Optimizer(std::vector<ParameterGroup> groups)
    : groups_(std::move(groups)), steps_(at::zeros({}, at::kLong)) {}

void Optimizer::step(const Step& step) {
  const at::NoGradGuard outside_the_graph;
  for (const auto& group : groups_) {
    for (size_t i = 0; i < group.parameters.size(); ++i) {
      TORCH_CHECK(group.parameters[i].grad().defined(), group.names[i],
                  " has no gradient: the loss does not depend on it");
    }
  }
  take(step, ++*steps_.mutable_data_ptr<int64_t>());
}

void Optimizer::zero_grad() {
  for (auto& group : groups_) {
    for (auto& parameter : group.parameters) parameter.mutable_grad().reset();
  }
}

NamedTensors Optimizer::state() const { return {{"steps", steps_}}; }

void Optimizer::load_state(const NamedTensors& state) { copy_all(state, this->state()); }

Json optimizer_with_defaults(const Json& options, const std::string& where) {
  return with_defaults(choices(), "optimizer", options, where);
}

std::unique_ptr<Optimizer> make_optimizer(const Json& options, const std::vector<NamedParameter>& parameters,
                                          const std::string& where) {
  const Config config(optimizer_with_defaults(options, where), where);
  auto groups = parameter_groups(config, parameters);
  return registry<OptimizerEntry>().at(config.get<std::string>("name")).make(config, std::move(groups));
}

}  // namespace spinlab::training
