#pragma once

#include <torch/nn/module.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/estimators/estimator.h"
#include "models/plain_layers.h"
#include "src/core/registry.h"

namespace spinlab::models {

/// What a data set asks of a model.
struct Problem {
  /// The sizes of one example: {1, 28, 28}, {8}.
  std::vector<int64_t> input;
  /// Classes, or columns of the target.
  int64_t outputs = 0;
  bool classification = true;

  int64_t features() const;
};

/// A module with its forward: (n, input…) float32 → (n, outputs), logits where classes are asked for.
struct Network {
  std::shared_ptr<torch::nn::Module> module;
  std::function<at::Tensor(const at::Tensor&)> forward;
  /// For a model whose first weights depend on the data, else empty: takes normalised training inputs, once,
  /// before the first step.
  std::function<void(const at::Tensor&)> initialize;
  /// For a model that is a plain sequence of layers, else empty: what its forward does, in order. It can then be trained
  /// without a graph (src/training/passes/plain_pass.h).
  PlainLayers plain_layers;
};

template <typename Holder>
Network network(Holder holder) {
  auto shared = holder.ptr();
  auto* module = shared.get();
  Network made{shared, [module](const at::Tensor& x) { return module->forward(x); }, nullptr, {}};
  if constexpr (requires(at::Tensor x) { module->initialize(x); })
    made.initialize = [module](const at::Tensor& inputs) { module->initialize(inputs); };
  if constexpr (requires { module->plain_layers(); }) made.plain_layers = module->plain_layers();
  return made;
}

/// A model by name: its options with their defaults, and one of two ways to make it. Each registers itself at the end of
/// its source (src/core/registry.h).
struct ModelEntry {
  std::string name;
  std::string summary;
  Json defaults = Json::object();
  std::function<Network(const Config&, const Problem&)> network = nullptr;
  std::function<std::unique_ptr<Estimator>(const Config&, const Problem&)> estimator = nullptr;
};

/// The most that a width can be.
inline constexpr int64_t kMaxWidth = 1 << 20;

/// Throws c10::ValueError with the nearest name where there is none.
const ModelEntry& find_model(const std::string& name);

/// {"name": …, option: …} with every missing option at its default. Throws c10::ValueError: unknown name or
/// option, with the nearest. `where` names the source of the options in messages.
Json with_defaults(const Json& options, const std::string& where);

/// Made from options as with_defaults takes them. Throws c10::ValueError: also a value that cannot be, an
/// input that the model does not take, a model of the other kind.
Network make_network(const Json& options, const Problem& problem, const std::string& where);
std::unique_ptr<Estimator> make_estimator(const Json& options, const Problem& problem,
                                          const std::string& where);

}  // namespace spinlab::models
