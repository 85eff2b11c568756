#include "models/networks/denoising_mlp.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/pow.h>
#include <c10/util/accumulate.h>

#include <numbers>

#include "models/registry.h"

namespace spinlab::models {

void DenoisingMLPImpl::reset() {
  const auto numbers = c10::multiply_integers(options.input());
  mlp = register_module("mlp",
                        MLP(MLPOptions(numbers + 1 + 2 * options.frequencies(), options.hidden(), numbers)
                                .activation(options.activation())));
}

at::Tensor DenoisingMLPImpl::forward(const at::Tensor& x, const at::Tensor& level) {
  const auto octaves = at::pow(2, at::arange(options.frequencies(), level.options())) * std::numbers::pi;
  const auto t = level.unsqueeze(1), phases = t * octaves;
  return mlp->forward(at::cat({x.flatten(1), t, phases.sin(), phases.cos()}, 1)).reshape(x.sizes());
}

namespace {

Network make(const Config& config, const Problem& problem) {
  auto options = DenoisingMLPOptions(problem.input, config.integers("hidden", 1, kMaxWidth));
  options.activation(config.get<std::string>("activation")).frequencies(config.integer("frequencies", 0, 16));
  return network(DenoisingMLP(options));
}

const Registered<ModelEntry> kRegistered{
    {.name = "denoising_mlp",
     .summary = "a fully connected network of noisy numbers and their noise level",
     .defaults = {{"hidden", {128, 128}}, {"activation", "gelu"}, {"frequencies", 6}},
     .network = make,
     .form = Form::kNoisy}};

}  // namespace
}  // namespace spinlab::models
