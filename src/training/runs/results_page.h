#pragma once

#include <string>
#include <vector>

#include "src/training/runs/run_summary.h"

namespace spinlab::training {

/// A page in Markdown of what finished runs reached: a row for each recipe and choice of settings with the
/// metric of its goal (else its headline), mean and standard error over seeds, the published number and its
/// source, seconds, and the command that repeats it. Throws c10::ValueError where no run is finished.
std::string results_page(const std::vector<RunSummary>& runs);

/// The command that repeats a run but for its seed: its recipe with each setting that differs from it. Where
/// there is no such recipe, the settings are those of the run's config.json.
std::string command_of(const RunSummary& run);

}  // namespace spinlab::training
