#pragma once

#include <functional>
#include <string>
#include <vector>

#include "src/judging/shape_contract.h"

namespace spinlab::authoring {

/// How the functions of a trivial submission answer, as C++ that knows trivial_values.h.
struct TrivialKind {
  std::string name;
  /// A tensor of a shape; `first` and `last` are such among the arguments.
  std::function<std::string(const std::string& shape, const std::string& first, const std::string& last)>
      tensor;
  std::string number;
  std::string before = "";  // statements
};

/// The body of a function with this contract.
std::string trivial_answer(const judging::ShapeContract& contract,
                           const std::vector<std::string>& parameter_names, const TrivialKind& kind);

}  // namespace spinlab::authoring
