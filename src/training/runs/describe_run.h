#pragma once

#include "datasets/files/data_folders.h"
#include "src/core/json.h"

namespace spinlab::training {

/// What a run with this configuration would be, without one step of it: {"parameters": {name: shape},
/// "parameter_count", "parts": {name: examples}, "steps_per_epoch", "steps", "bytes": {"data", "weights",
/// "gradients", "optimizer"}}.
Json describe_run(Json config, const datasets::DataFolders& data);

}  // namespace spinlab::training
