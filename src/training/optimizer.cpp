#include "src/training/optimizer.h"

#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/_fused_sgd.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <c10/util/Exception.h>
#include <torch/types.h>

#include "src/core/options.h"
#include "src/training/named_tensors.h"

namespace spinlab::training {
namespace {

const std::vector<NamedOptions>& optimizers() {
  static const std::vector<NamedOptions> all = {
      {"sgd",
       {{"lr", 0.1},
        {"momentum", 0.9},
        {"dampening", 0.0},
        {"nesterov", false},
        {"weight_decay", 0.0},
        {"decay_1d", true}}},
      {"adam",
       {{"lr", 1e-3},
        {"beta1", 0.9},
        {"beta2", 0.999},
        {"eps", 1e-8},
        {"weight_decay", 0.0},
        {"decay_1d", true}}},
      {"adamw",
       {{"lr", 1e-3},
        {"beta1", 0.9},
        {"beta2", 0.999},
        {"eps", 1e-8},
        {"weight_decay", 1e-2},
        {"decay_1d", true}}},
  };
  return all;
}

std::vector<ParameterGroup> split(const std::vector<at::Tensor>& parameters, double weight_decay,
                                  bool decay_1d) {
  ParameterGroup decayed{{}, weight_decay}, free{{}, 0};
  for (const auto& parameter : parameters) {
    if (!parameter.requires_grad()) continue;
    (decay_1d || parameter.dim() > 1 ? decayed : free).parameters.push_back(parameter);
  }
  std::vector<ParameterGroup> groups;
  for (auto* group : {&decayed, &free}) {
    if (!group->parameters.empty()) groups.push_back(*group);
  }
  return groups;
}

}  // namespace

Optimizer::Optimizer(std::vector<ParameterGroup> groups) : steps_(at::zeros({}, at::kLong)) {
  for (auto& group : groups) {
    auto& added = groups_.emplace_back();
    static_cast<ParameterGroup&>(added) = std::move(group);
    added.gradients.resize(added.parameters.size());
  }
}

void Optimizer::step(double learning_rate) {
  const at::NoGradGuard outside_the_graph;
  const auto count = ++*steps_.mutable_data_ptr<int64_t>();
  for (auto& group : groups_) {
    for (size_t i = 0; i < group.parameters.size(); ++i) {
      group.gradients[i] = group.parameters[i].mutable_grad();
      TORCH_CHECK(group.gradients[i].defined(), "a parameter of shape ", group.parameters[i].sizes(),
                  " has no gradient: the loss does not depend on it");
    }
    update(group, learning_rate, count);
  }
}

void Optimizer::zero_grad() {
  for (auto& group : groups_) {
    for (auto& gradient : group.gradients) gradient.reset();
    for (auto& parameter : group.parameters) parameter.mutable_grad().reset();
  }
}

void Optimizer::add_moments(const std::string& name) {
  for (auto& group : groups_) {
    for (const auto& parameter : group.parameters)
      group.moments[name].push_back(at::zeros_like(parameter.detach()));
  }
}

NamedTensors Optimizer::state() const {
  NamedTensors all{{"steps", steps_}};
  for (size_t g = 0; g < groups_.size(); ++g) {
    for (const auto& [name, moments] : groups_[g].moments) {
      for (size_t i = 0; i < moments.size(); ++i) {
        all[name + "." + std::to_string(g) + "." + std::to_string(i)] = moments[i];
      }
    }
  }
  return all;
}

void Optimizer::load_state(const NamedTensors& state) { copy_all(state, this->state()); }

FusedSGD::FusedSGD(std::vector<ParameterGroup> groups, SGDOptions options)
    : Optimizer(std::move(groups)), options_(options) {
  if (options_.momentum != 0) add_moments("momentum");
}

void FusedSGD::update(Group& group, double learning_rate, int64_t count) {
  at::_fused_sgd_(group.parameters, group.gradients, group.moments["momentum"], group.weight_decay,
                  options_.momentum, learning_rate, options_.dampening, options_.nesterov, /*maximize=*/false,
                  /*is_first_step=*/count == 1);
}

FusedAdam::FusedAdam(std::vector<ParameterGroup> groups, AdamOptions options)
    : Optimizer(std::move(groups)), options_(options) {
  add_moments("mean");
  add_moments("square");
  for (auto& group : groups_) {
    const auto count =
        at::zeros({}, group.parameters.front().options().dtype(at::kFloat).requires_grad(false));
    group.counts.assign(group.parameters.size(), count);
  }
}

void FusedAdam::update(Group& group, double learning_rate, int64_t count) {
  group.counts.front().fill_(count);
  const auto kernel = options_.decoupled ? &at::_ops::_fused_adamw_::call : &at::_ops::_fused_adam_::call;
  kernel(group.parameters, group.gradients, group.moments["mean"], group.moments["square"], {}, group.counts,
         learning_rate, options_.beta1, options_.beta2, group.weight_decay, options_.eps, /*amsgrad=*/false,
         /*maximize=*/false, /*grad_scale=*/{}, /*found_inf=*/{});
}

Json optimizer_with_defaults(const Json& options, const std::string& where) {
  return with_defaults(optimizers(), "optimizer", options, where);
}

std::unique_ptr<Optimizer> make_optimizer(const Json& options, const std::vector<at::Tensor>& parameters,
                                          const std::string& where) {
  const Config config(optimizer_with_defaults(options, where), where);
  const auto name = config.get<std::string>("name");
  const auto decay = config.number("weight_decay", 0, 1e3);
  auto groups = split(parameters, decay, config.get<bool>("decay_1d"));
  if (name == "sgd") {
    const SGDOptions sgd{config.number("momentum", 0, 1), config.number("dampening", 0, 1),
                         config.get<bool>("nesterov")};
    TORCH_CHECK_VALUE(!sgd.nesterov || (sgd.momentum > 0 && sgd.dampening == 0), where,
                      ": nesterov needs a momentum above 0 and no dampening");
    return std::make_unique<FusedSGD>(std::move(groups), sgd);
  }
  const AdamOptions adam{config.number("beta1", 0, 1 - 1e-9), config.number("beta2", 0, 1 - 1e-9),
                         config.number("eps", 0, 1), name == "adamw"};
  return std::make_unique<FusedAdam>(std::move(groups), adam);
}

std::vector<std::string> optimizer_names() { return names(optimizers()); }

}  // namespace spinlab::training
