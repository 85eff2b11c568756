#pragma once

#include "src/training/runs/prepared_run.h"
#include "src/training/runs/run_folder.h"

namespace spinlab::training {

/// The run of a folder with the weights that are evaluated in place: of its best epoch where it kept them,
/// averaged where it averages. `device`: as in src/training/device.h. Throws c10::ValueError where it has no
/// checkpoint yet, or the data set is no longer what it was trained on.
PreparedRun restored_run(const RunFolder& folder, const datasets::DataFolders& data,
                         const std::string& device);

}  // namespace spinlab::training
