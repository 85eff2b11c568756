#pragma once

#include <optional>

#include "datasets/files/data_folders.h"
#include "src/training/runs/run_folder.h"

namespace spinlab::training {

/// A new run in `folder` with a complete configuration; device, threads and objective are settled and written
/// down. Nothing is written before model and data are known to fit. Progress goes to standard error.
/// `command`: what the user typed, for the record. Throws c10::ValueError or c10::Error as the parts do.
/// Returns what result.json holds, nothing where Ctrl-C stopped it. Under mpirun every rank calls it; the
/// first alone writes, and gets the result.
std::optional<Json> start_run(Json config, RunFolder folder, const datasets::DataFolders& data,
                              const std::string& command, bool overwrite);

/// Goes on with the run in `folder` from its checkpoint, to the same end, bit for bit on the same machine, as
/// if it had never stopped. `config`: the run's, with other epochs, device or threads where these are to
/// change: what then can't be the same bits is said on standard error. A finished run without a change is
/// left as it is.
std::optional<Json> resume_run(RunFolder folder, const Json& config, const datasets::DataFolders& data,
                               const std::string& command);

/// The metrics of a run's weights on every part of its data set: "train_accuracy", "test_accuracy", …
/// `device`: empty for the run's own, or the CPU with a word on standard error where that is not there.
/// `draw`: writes evaluation.json (src/training/runs/classified_part.h, of the test part), .svg and .png into
/// the run's folder, which needs matplotlib. Throws c10::ValueError where the data then has no classes.
Json evaluate_run(const RunFolder& folder, const datasets::DataFolders& data, const std::string& device,
                  bool draw = false);

/// Whether a run has epochs to draw.
bool has_curves(const RunFolder& folder);
/// curves.svg and curves.png in the run's folder, from metrics.jsonl. Needs matplotlib.
void plot_run(const RunFolder& folder);

}  // namespace spinlab::training
