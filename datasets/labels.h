#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "datasets/split.h"

namespace spinlab::datasets {

/// How targets are taken: "classification", "regression", or empty for what they look like.
enum class Task { kTold, kClassification, kRegression };
/// From the option "task"; kTold where it is missing.
Task task_of(const Config& options);

/// Turns the targets of all parts, numbers of any type (n), into classes 0, 1, … in the order of the numbers,
/// which are their names. Throws c10::ValueError that begins with `name` where there are fewer than two, more
/// than 10,000, or a NaN.
std::vector<std::string> number_classes(Parts& parts, const std::string& name);

/// The examples of some classes, in their order; the first of `chosen`, which are different, becomes class 0.
Split only_classes(const Split& all, const std::vector<int64_t>& chosen);

/// As for numbers that no file calls classes: whole, and at most 100 different ones.
bool look_like_classes(const at::Tensor& targets);

/// The shortest decimal that is this number.
std::string shortest(double number);

/// Throws c10::ValueError where the parts disagree in the shape of an example, or an input is not finite.
void require_alike(const Parts& parts, const std::string& name);

}  // namespace spinlab::datasets
