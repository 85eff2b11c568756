#pragma once

#include <torch/nn/module.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/estimators/estimator.h"
#include "models/forecasters/forecaster.h"
#include "models/plain_layers.h"
#include "src/core/registry.h"

namespace spinlab::models {

/// What a model takes and gives. n: examples; T, S: lengths.
enum class Form {
  /// Numbers x (n, input…) → (n, outputs): logits where classes are asked for, else values.
  kValues,
  /// Tokens int64 (n, T) → (n, T, outputs): at each place the logits of what follows; places behind it are
  /// not looked at.
  kTokens,
  /// A sequence int64 (n, S) and the beginning of its answer int64 (n, T) → (n, T, outputs), as above.
  kSequencePairs,
  /// Tokens int64 (n, T), some of them hidden behind the number `outputs` → (n, T, outputs): at each place
  /// the logits of what stands there; all places are looked at.
  kHiddenTokens,
  /// Noisy x (n, input…) and its noise level (n) in [0, 1] → (n, input…).
  kNoisy,
  /// x (n, input…) → log density (n) in nats.
  kLogDensity,
  /// Trajectories (n, T, d), which forecasters alone take (models/forecasters/forecaster.h).
  kTrajectories,
};

/// "tokens", "noisy numbers and their noise level", … for messages.
const char* words(Form form);

/// What an objective asks of a model.
struct Problem {
  /// The sizes of one example: {1, 28, 28}, {8}; {T} for tokens.
  std::vector<int64_t> input;
  /// Classes, columns of the target, or tokens that there are.
  int64_t outputs = 0;
  bool classification = true;
  /// Whether a linear model may have an intercept (datasets::Dataset::intercept).
  bool intercept = true;
  Form form = Form::kValues;
  /// The class of each class' mirror image (datasets::Dataset::mirrored_classes).
  std::vector<int64_t> mirrored = {};

  int64_t features() const;
  /// The option "intercept" of a linear model: true, false, or null, as the data set says.
  bool has_intercept(const Config& model) const;
};

/// Reads tokens piece by piece and remembers what came before, so that the next one costs no more than
/// itself.
class TokenReader {
 public:
  virtual ~TokenReader() = default;
  /// tokens: int64 (n, T), T ≥ 1. Returns the logits of what follows them, (n, outputs): those of the forward
  /// pass on all that was read, to rounding. Throws c10::ValueError beyond the network's context.
  virtual at::Tensor read(const at::Tensor& tokens) = 0;
};

/// What a recurrent network of tokens carries from one piece of a text to the next: a state (n, …).
struct Recurrence {
  /// Of n texts that begin.
  std::function<at::Tensor(int64_t n)> zero_state;
  /// Tokens int64 (n, T) and the state that those before them left → the logits (n, T, outputs) and the state
  /// that they leave. Differentiable by both.
  std::function<std::pair<at::Tensor, at::Tensor>(const at::Tensor& tokens, const at::Tensor& state)> read_on;
};

/// A module with its forward: the tensors of its form, in their order, to one. Those of floating type are in
/// the type of its parameters.
struct Network {
  std::shared_ptr<torch::nn::Module> module;
  std::function<at::Tensor(const std::vector<at::Tensor>&)> forward;
  /// For a model whose first weights depend on the data, else empty: takes normalised training inputs, once,
  /// before the first step.
  std::function<void(const at::Tensor&)> initialize = nullptr;
  /// For a model that is a plain sequence of layers, else empty: what its forward does, in order. It can then
  /// be trained without a graph (src/training/passes/plain_pass.h).
  PlainLayers plain_layers{};
  /// For a network of tokens or of sequence pairs that can read on, else empty: begins anew, with the source
  /// int64 (n, S) where there is one. The network must outlive what it gives.
  std::function<std::unique_ptr<TokenReader>(const at::Tensor& source)> reader = nullptr;
  /// For a network of tokens whose past is a state, else empty.
  std::optional<Recurrence> recurrence = std::nullopt;
  /// Whether forward, in training, does with each row the same whatever the others are, and neither draws nor
  /// changes anything: then several threads may call it at once, each with rows of its own.
  bool takes_rows_alone = false;
};

/// Of a module whose forward takes one tensor or two.
template <typename Holder>
Network network(Holder holder) {
  auto shared = holder.ptr();
  auto* module = shared.get();
  Network made{shared, nullptr};
  if constexpr (requires(at::Tensor x) { module->forward(x); }) {
    made.forward = [module](const std::vector<at::Tensor>& in) { return module->forward(in.at(0)); };
  } else {
    made.forward = [module](const std::vector<at::Tensor>& in) {
      return module->forward(in.at(0), in.at(1));
    };
  }
  if constexpr (requires(at::Tensor x) { module->initialize(x); })
    made.initialize = [module](const at::Tensor& inputs) { module->initialize(inputs); };
  if constexpr (requires { module->plain_layers(); }) made.plain_layers = module->plain_layers();
  if constexpr (requires(at::Tensor x) { module->reader(x); })
    made.reader = [module](const at::Tensor& source) { return module->reader(source); };
  if constexpr (requires(at::Tensor x) { module->read_on(x, x); })
    made.recurrence = {[module](int64_t n) { return module->zero_state(n); },
                       [module](const at::Tensor& tokens, const at::Tensor& state) {
                         const auto [logits, after] = module->read_on(tokens, state);
                         return std::pair(logits, after);
                       }};
  if constexpr (requires { module->takes_rows_alone(); }) made.takes_rows_alone = module->takes_rows_alone();
  return made;
}

/// A model by name: its options with their defaults, and one of three ways to make it. Each registers itself
/// at the end of its source (src/core/registry.h).
struct ModelEntry {
  std::string name;
  std::string summary;
  Json defaults = Json::object();
  std::function<Network(const Config&, const Problem&)> network = nullptr;
  std::function<std::unique_ptr<Estimator>(const Config&, const Problem&)> estimator = nullptr;
  std::function<std::unique_ptr<Forecaster>(const Config&)> forecaster = nullptr;
  Form form = Form::kValues;
};

/// Runs the forward once on a few normalised inputs (and, for sequence pairs, answers). Throws
/// c10::ValueError where it throws, or does not give what the problem's form says: a model's first meeting
/// with its data.
void require_outputs(const Network& network, const Problem& problem, const at::Tensor& inputs,
                     const at::Tensor& answers);

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
std::unique_ptr<Forecaster> make_forecaster(const Json& options, const std::string& where);

}  // namespace spinlab::models
