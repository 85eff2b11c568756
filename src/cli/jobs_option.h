#pragma once

#include "src/cli/command_line.h"

namespace spinlab::cli {

/// -j N: `jobs` submissions at the same time (default: one a processor).
void add_jobs_option(Command& command, int& jobs);

/// At most one a processor, so that none slows another's limits; says so where it lowers `jobs`.
int affordable_jobs(int jobs);

}  // namespace spinlab::cli
