#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "models/registry.h"

namespace spinlab::models {

/// Factors of the cost of each class's rows.
struct ClassWeights {
  /// One a class; empty: 1.
  std::vector<double> factors = {};
  /// n / (classes that have rows · rows of the class), in place of the factors.
  bool balanced = false;

  bool given() const { return balanced || !factors.empty(); }
  /// (classes) float64 for rows_of_class, (classes) int64. Throws c10::ValueError where there are not as many
  /// factors as classes.
  at::Tensor of(const at::Tensor& rows_of_class) const;
};

/// The classes that have rows, (p) int64 in their order. Throws c10::ValueError where that is one only: a
/// margin lies between two.
at::Tensor classes_of_a_margin(const at::Tensor& rows_of_class);

/// An estimator's option "class_weights": null, "balanced" or a factor above 0 for each class.
ClassWeights class_weights_option(const Config& estimator, const Problem& problem);

}  // namespace spinlab::models
