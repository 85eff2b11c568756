#pragma once

#include <functional>
#include <string>

#include "src/grading/runner.h"

namespace spinlab::grading {

/// run_submission, or what a test puts in its place.
using Runner = std::function<Report(const Assignment&, const std::filesystem::path&, const RunOptions&)>;

struct Attempts {
  Report report;
  int count = 0;
};

/// Runs `source`, put into a private file of the name that the assignment expects. An infrastructure failure
/// is tried again, `most` times in all, unless Ctrl-C asked for the end.
Attempts attempt(const Assignment& assignment, const std::string& source, const RunOptions& options,
                 const Runner& runner, int most);

}  // namespace spinlab::grading
