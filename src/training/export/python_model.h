#pragma once

#include <optional>
#include <string>

namespace spinlab::training {

/// A model.py that loads the weights of a registered model into plain PyTorch: model_frame.py with the
/// model's description in it, NAME.py of models/networks, models/estimators or models/forecasters, and what that imports
/// from models/. A description is a class `Network` whose parameters are called as those of the C++ module:
///
///     class Network(nn.Module):
///         def __init__(self, options, problem): ...   # the recipe's "model", completed; "input", "outputs",
///         "intercept" def forward(self, x): ...                    # normalised inputs to what the C++
///         module gives
///
/// Nothing where the model has no description.
std::optional<std::string> python_model(const std::string& name);

}  // namespace spinlab::training
