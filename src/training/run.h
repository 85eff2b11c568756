#pragma once

#include <optional>

#include "datasets/files/data_folders.h"
#include "src/training/run_folder.h"

namespace spinlab::training {

/// A new run in `folder` with a complete configuration; device and threads are settled and written down.
/// Nothing is written before model and data are known to fit. Progress goes to standard error. Throws
/// c10::ValueError or c10::Error as the parts do. Returns what
/// result.json holds, nothing where Ctrl-C stopped it.
std::optional<Json> start_run(Json config, RunFolder folder, const datasets::DataFolders& data,
                              bool overwrite);

/// Goes on with the run in `folder` from its checkpoint, to the same end, bit for bit on the same machine, as
/// if it had never stopped. A finished run is left as it is.
std::optional<Json> resume_run(const RunFolder& folder, const datasets::DataFolders& data);

/// The metrics of a run's weights on every part of its data set: "train_accuracy", "test_accuracy", …
Json evaluate_run(const RunFolder& folder, const datasets::DataFolders& data);

/// curves.svg and curves.png in the run's folder, from metrics.jsonl. Needs matplotlib.
void plot_run(const RunFolder& folder);

}  // namespace spinlab::training
