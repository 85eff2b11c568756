#pragma once

#include <torch/types.h>

#include "src/core/config.h"
#include "src/core/numbers_of.h"

/// What an experiment returns: tensors as JSON, one's elements by numbers_of().
namespace spinlab::shared {

/// A list for each row of a matrix.
inline Json rows(const torch::Tensor& matrix) {
  auto all = Json::array();
  for (const auto& row : matrix.unbind()) all.push_back(numbers_of(row));
  return all;
}

}  // namespace spinlab::shared
