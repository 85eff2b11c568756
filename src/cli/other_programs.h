#pragma once

#include <string>
#include <vector>

#include "src/core/errors.h"

namespace spinlab::cli {

/// What loads LibTorch are programs of their own, which a user does not see: spinlab-zoo has models, data
/// sets and training, spinlab-demo just the model that it shows, spinlab-bench our measurements, spinlab-experiments
/// the course's own experiments. Each is built where it is not (src/core/build_on_demand.h).

/// They become the other program, with this command line. They return only by throwing c10::Error.
ExitCode become_zoo(const std::vector<std::string>& words);
ExitCode become_bench(const std::vector<std::string>& words);
ExitCode become_demo(const std::vector<std::string>& words);
ExitCode become_experiments(const std::vector<std::string>& words);

struct ZooEntry {
  std::string kind, name, summary;  // kind: "model", "kernel", "dataset", "objective", …
};

/// What spinlab-zoo has, from the file that its build wrote beside it.
std::vector<ZooEntry> zoo_entries();

}  // namespace spinlab::cli
