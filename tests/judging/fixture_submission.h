#pragma once

#include <optional>
#include <string>

#include "src/core/files.h"
#include "src/judging/runner/warm_runner.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::judging {

/// Runs submissions to the assignment in tests/judging/fixture.
class FixtureTest : public SpinlabTest {
 protected:
  static std::string solution() { return read_file(std::string(SPINLAB_FIXTURE) + "/solution.cpp", 1 << 20); }

  /// The solution with the body of fixture::twice replaced, and more at the file's end.
  static std::string with_twice(const std::string& body, const std::string& more = "") {
    const std::string right = "{ return x * 2; }";
    auto text = solution();
    const auto place = text.find(right);
    TORCH_CHECK(place != std::string::npos, "the fixture's solution has changed");
    return text.replace(place, right.size(), "{ " + body + " }") + more;
  }

  /// As `check` does: by templates of its own.
  Report run(const std::string& text, const RunOptions& options = {},
             const Assignment& assignment = read_assignment(SPINLAB_FIXTURE)) {
    return run_submission(assignment, handed_in(text), options);
  }

  /// As `grade` does: by templates that have served those before.
  Report run_after_others(const std::string& text, const RunOptions& options = {},
                          const Assignment& assignment = read_assignment(SPINLAB_FIXTURE)) {
    static const WarmRunner runner;
    return runner(assignment, handed_in(text), options);
  }

  /// What becomes of the check that calls fixture::twice on numbers.
  CheckResult check_twice(const std::string& text, std::optional<double> seconds = std::nullopt) {
    RunOptions options;
    options.filter = "Twice.DoublesEveryElement";
    auto assignment = read_assignment(SPINLAB_FIXTURE);
    if (seconds) assignment.limits.check_seconds = *seconds;
    const auto report = run_after_others(text, options, assignment);
    TORCH_CHECK(report.checks.size() == 1, to_string(report.verdict), ": ", report.detail);
    return report.checks.front();
  }

 private:
  std::filesystem::path handed_in(const std::string& text) {
    const auto file = folder() / "submission.cpp";
    write_file(file, text);
    return file;
  }
};

}  // namespace spinlab::judging
