#include "models/registry.h"

#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

#include <numeric>

#include "src/core/escape.h"

namespace spinlab::models {

int64_t Problem::features() const {
  return std::accumulate(input.begin(), input.end(), int64_t{1}, std::multiplies<>());
}

bool Problem::has_intercept(const Config& model) const {
  return model.at("intercept").is_null() ? intercept : model.get<bool>("intercept");
}

const char* words(Form form) {
  switch (form) {
    case Form::kValues:
      return "numbers";
    case Form::kTokens:
      return "tokens";
    case Form::kSequencePairs:
      return "a sequence and the beginning of its answer";
    case Form::kHiddenTokens:
      return "tokens of which some are hidden";
    case Form::kNoisy:
      return "noisy numbers and their noise level";
    case Form::kLogDensity:
      return "numbers to a log density";
    case Form::kTrajectories:
      return "windows of a trajectory";
  }
  return "";
}

const ModelEntry& find_model(const std::string& name) {
  return registry<ModelEntry>().at(choose(registered_options<ModelEntry>(), "model", name).name);
}

Json with_defaults(const Json& options, const std::string& where) {
  return spinlab::with_defaults(registered_options<ModelEntry>(), "model", options, where);
}

namespace {

void require_form(const ModelEntry& entry, const Problem& problem, const std::string& where) {
  if (entry.form == problem.form) return;
  std::string others;
  for (const auto& [name, other] : registry<ModelEntry>()) {
    if (other.form == problem.form) others += (others.empty() ? "" : ", ") + name;
  }
  TORCH_CHECK_VALUE(false, where, ": ", entry.name, " takes ", words(entry.form),
                    ", but the objective asks for one that takes ", words(problem.form), ": ",
                    others.empty() ? "none is known here" : others);
}

}  // namespace

Network make_network(const Json& options, const Problem& problem, const std::string& where) {
  const Config config(with_defaults(options, where), where);
  const auto& entry = find_model(config.get<std::string>("name"));
  TORCH_CHECK_VALUE(entry.network, where, ": ", entry.name,
                    " is fitted, not trained by gradients; use one that is");
  require_form(entry, problem, where);
  try {
    return entry.network(config, problem);
  } catch (const c10::ValueError& error) {
    // A layer knows what cannot be, and not in which file it was asked for.
    const std::string why = error.what_without_backtrace();
    TORCH_CHECK_VALUE(false, why.starts_with(where) ? "" : where + ": ", why);
  }
}

std::unique_ptr<Estimator> make_estimator(const Json& options, const Problem& problem,
                                          const std::string& where) {
  const Config config(with_defaults(options, where), where);
  const auto& entry = find_model(config.get<std::string>("name"));
  TORCH_CHECK_VALUE(entry.estimator, where, ": ", entry.name,
                    entry.network ? " is trained by gradients, not fitted in one call"
                                  : " forecasts trajectories; choose another model, or data such as lorenz");
  require_form(entry, problem, where);
  auto made = entry.estimator(config, problem);
  if (problem.classification) made->limit_classes(problem.outputs);
  return made;
}

std::unique_ptr<Forecaster> make_forecaster(const Json& options, const std::string& where) {
  const Config config(with_defaults(options, where), where);
  const auto& entry = find_model(config.get<std::string>("name"));
  TORCH_CHECK_VALUE(entry.forecaster, where, ": ", entry.name, " does not forecast trajectories by itself");
  return entry.forecaster(config);
}

namespace {

std::vector<at::Tensor> arguments(const Problem& problem, const at::Tensor& inputs,
                                  const at::Tensor& answers) {
  if (problem.form == Form::kSequencePairs) return {inputs, answers};
  if (problem.form == Form::kNoisy) return {inputs, at::zeros({inputs.size(0)}, inputs.options())};
  return {inputs};
}

std::vector<int64_t> expected_sizes(const Problem& problem, const at::Tensor& inputs,
                                    const at::Tensor& answers) {
  switch (problem.form) {
    case Form::kValues:
    case Form::kTrajectories:
      return {inputs.size(0), problem.outputs};
    case Form::kTokens:
    case Form::kHiddenTokens:
      return {inputs.size(0), inputs.size(1), problem.outputs};
    case Form::kSequencePairs:
      return {answers.size(0), answers.size(1), problem.outputs};
    case Form::kNoisy:
      return inputs.sizes().vec();
    case Form::kLogDensity:
      return {inputs.size(0)};
  }
  return {};
}

at::Tensor first_outputs(const Network& network, const std::vector<at::Tensor>& inputs) {
  try {
    return network.forward(inputs);
  } catch (const c10::Error& error) {
    TORCH_CHECK_VALUE(false, "the model's forward fails for inputs ", inputs[0].sizes(), ": ",
                      one_line(error.what_without_backtrace()));
  } catch (const std::exception& error) {
    TORCH_CHECK_VALUE(false, "the model's forward fails for inputs ", inputs[0].sizes(), ": ",
                      one_line(error.what()));
  } catch (...) {
    TORCH_CHECK_VALUE(false, "the model's forward throws what is no exception; throw a std::runtime_error");
  }
}

}  // namespace

void require_outputs(const Network& network, const Problem& problem, const at::Tensor& inputs,
                     const at::Tensor& answers) {
  const auto outputs = first_outputs(network, arguments(problem, inputs, answers));
  const auto expected = expected_sizes(problem, inputs, answers);
  TORCH_CHECK_VALUE(outputs.defined() && outputs.is_floating_point(), "the model's forward gives ",
                    outputs.defined() ? c10::toString(outputs.scalar_type()) : "an undefined tensor",
                    ", a floating-point tensor of ", at::IntArrayRef(expected), " is expected");
  TORCH_CHECK_VALUE(outputs.sizes() == expected, "the model's forward gives ", outputs.sizes(),
                    " for inputs ", inputs.sizes(), ", ", at::IntArrayRef(expected),
                    " is expected: a model's outputs follow from Problem::outputs");
}

}  // namespace spinlab::models
