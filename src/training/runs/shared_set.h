#pragma once

#include <vector>

#include "datasets/dataset.h"
#include "src/training/config.h"

namespace spinlab::training {

/// Where all these runs have the same data set, loads it, so that loaded_set() finds it: in this process and
/// in those that are forked from it, which see the same memory. Throws as load_dataset.
void share_set(const std::vector<Json>& configs, const datasets::DataFolders& data);

/// The run's data set, without a validation part.
datasets::Dataset loaded_set(const TrainingConfig& config, const datasets::DataFolders& data);

}  // namespace spinlab::training
