#pragma once

#include "datasets/dataset.h"
#include "models/registry.h"

namespace spinlab::training {

/// What a data set asks of a model: its input sizes and how many outputs. Throws c10::ValueError for text.
models::Problem problem_of(const datasets::Dataset& set);

}  // namespace spinlab::training
