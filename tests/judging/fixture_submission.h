#pragma once

#include <chrono>
#include <string>
#include <thread>

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

  Report run(const std::string& text, const RunOptions& options = {}) {
    const auto file = folder() / "submission.cpp";
    write_file(file, text);
    return run_submission(read_assignment(SPINLAB_FIXTURE), file, options);
  }

  /// As `watch` does: by a compiler and a worker that wait already.
  Report run_prepared(const std::string& text, const RunOptions& options = {}) {
    constexpr auto kAnEdit = std::chrono::milliseconds(1500);
    const auto file = folder() / "submission.cpp";
    write_file(file, text);
    const auto assignment = read_assignment(SPINLAB_FIXTURE);
    const WarmRunner waiting;
    waiting.prepare(assignment);
    std::this_thread::sleep_for(kAnEdit);
    return waiting(assignment, file, options);
  }

  /// What becomes of the check that calls fixture::twice on numbers.
  CheckResult check_twice(const std::string& text) {
    RunOptions options;
    options.filter = "Twice.DoublesEveryElement";
    const auto report = run(text, options);
    TORCH_CHECK(report.checks.size() == 1, to_string(report.verdict), ": ", report.detail);
    return report.checks.front();
  }
};

}  // namespace spinlab::judging
