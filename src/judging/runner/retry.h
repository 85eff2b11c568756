#pragma once

#include <functional>
#include <string>

#include "src/judging/answers/answer_key.h"
#include "src/judging/runner/warm_runner.h"
#include "src/judging/submission.h"

namespace spinlab::judging {

/// run_submission, or what a test puts in its place.
using Runner = std::function<Report(const Assignment&, const std::filesystem::path&, const RunOptions&)>;

struct RetriedRun {
  Report report;
  int attempts = 0;
};

/// Runs `source`, put into a private file of the name that the assignment expects. An infrastructure failure
/// is tried again, `most` times in all, unless Ctrl-C asked for the end.
RetriedRun run_with_retries(const Assignment& assignment, const std::string& source, const RunOptions& options,
                 const Runner& runner, int most);

/// The same for all that was handed in: the code's checks, then the answers. An unreadable submission is not
/// run.
RetriedRun run_with_retries(const Assignment& assignment, const Submission& submission, const AnswerKey& key,
                 const RunOptions& options, const Runner& runner, int most);

/// Whether any of `checks` needs the code to run.
bool run_code(const std::vector<CheckInfo>& checks);

}  // namespace spinlab::judging
