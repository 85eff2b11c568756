#pragma once

#include <CLI/CLI.hpp>

#include "src/grading/grade.h"

namespace spinlab::cli {

/// -j, --seed, --filter and what may be missing: how submissions are graded, for the first time or again.
void add_grading_options(CLI::App& command, grading::GradeOptions& options);

}  // namespace spinlab::cli
