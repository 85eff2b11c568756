#pragma once

#include <optional>

#include "src/cli/command_line.h"
#include "src/grading/grade.h"

namespace spinlab::cli {

struct GradingArguments {
  std::string assignment;
  grading::GradeOptions options;
  std::optional<std::uint64_t> seed;
};

/// -j, --seed, --filter and what may be missing: how submissions are graded, for the first time or again.
void add_grading_options(Command& command, GradingArguments& arguments);

/// What is left to say before either: affordable jobs, runner, data and which seed.
grading::GradeOptions complete(const GradingArguments& arguments);

}  // namespace spinlab::cli
