#pragma once

#include <torch/types.h>

#include <vector>

#include "src/core/config.h"

/// What an experiment returns: tensors as JSON.
namespace spinlab::shared {

/// All elements, row by row.
inline std::vector<double> numbers(const torch::Tensor& values) {
  const auto flat = values.to(torch::kFloat64).contiguous().view(-1);
  return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

/// A list for each row of a matrix.
inline Json rows(const torch::Tensor& matrix) {
  auto all = Json::array();
  for (const auto& row : matrix.unbind()) all.push_back(numbers(row));
  return all;
}

}  // namespace spinlab::shared
