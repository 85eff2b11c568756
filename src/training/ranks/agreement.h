#pragma once

#include "datasets/dataset.h"
#include "src/core/json.h"
#include "src/training/named_tensors.h"
#include "src/training/ranks/ranks.h"

namespace spinlab::training {

/// Throws c10::ValueError on every rank where one has another configuration (but for device and threads) or
/// other tensors than rank 0, and says in what: another recipe, other data files, or another version of
/// Spinlab would silently spoil the sums.
void require_agreement(Ranks& ranks, const Json& config, const NamedTensors& tensors);

/// "data.train.inputs", …: what ranks must agree on of a data set.
NamedTensors tensors_of(const datasets::Dataset& set);

}  // namespace spinlab::training
