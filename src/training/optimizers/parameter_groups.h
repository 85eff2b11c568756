#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "src/core/config.h"

namespace spinlab::training {

struct NamedParameter {
  /// As in the checkpoint without "model.": "layer0.weight".
  std::string name;
  at::Tensor tensor;
};

/// Parameters that share their hyperparameters.
struct ParameterGroup {
  std::vector<at::Tensor> parameters;
  /// Of each, as in NamedParameter.
  std::vector<std::string> names;
  double weight_decay = 0;
  /// What the learning rate is multiplied by.
  double lr_scale = 1;
};

/// The options by which every optimizer groups its parameters: "weight_decay" (0 where `own` names none),
/// "decay_1d" (false keeps the decay from parameters of one dimension: biases, normalisation) and "groups", a
/// list of {"match": "layer0.*", "lr_scale": 0.1, "weight_decay": 0}: of the patterns (* and ?, as in a
/// shell) the first that a name matches counts. lr_scale 0 leaves a parameter as it is.
Json group_defaults(const Json& own);

/// Whether the name fits a pattern of the kind above.
bool matches(const std::string& name, const std::string& pattern);

/// By the options above, in the order of the first parameter of each; what needs no gradient is left out, and
/// what has an lr_scale of 0 needs none from now on. Throws c10::ValueError where a pattern matches nothing
/// (with the names that there are) or nothing is left to train.
std::vector<ParameterGroup> parameter_groups(const Config& options,
                                             const std::vector<NamedParameter>& parameters);

}  // namespace spinlab::training
