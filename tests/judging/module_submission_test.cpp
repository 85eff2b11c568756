// Submissions whose functions call back and whose modules stay in the worker:
// src/judging/checker/student_module.cpp and the calls back of src/judging/checker/running_check.cpp.
#include "src/core/files.h"
#include "src/judging/runner/warm_runner.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

using testing::HasSubstr;

class ModuleSubmissionTest : public SpinlabTest {
 protected:
  static std::string solution() {
    return read_file(std::string(SPINLAB_MODULE_FIXTURE) + "/solution.cpp", 1 << 20);
  }

  static std::string with(const std::string& replace, const std::string& by) {
    auto text = solution();
    const auto place = text.find(replace);
    TORCH_CHECK(place != std::string::npos, "the fixture's solution has changed");
    return text.replace(place, replace.size(), by);
  }

  Report run(const std::string& text, const std::string& filter = "*") {
    const auto file = folder() / "submission.cpp";
    write_file(file, text);
    RunOptions options;
    options.filter = filter;
    static const WarmRunner runner;
    return runner(read_assignment(SPINLAB_MODULE_FIXTURE), file, options);
  }

  CheckResult only(const std::string& check, const std::string& text) {
    const auto report = run(text, check);
    TORCH_CHECK(report.checks.size() == 1, to_string(report.verdict), ": ", report.detail);
    return report.checks.front();
  }
};

TEST_F(ModuleSubmissionTest, TheSolutionPassesEveryCheck) {
  const auto report = run(solution());
  ASSERT_EQ(report.checks.size(), 8u) << report.detail;
  for (const auto& check : report.checks)
    EXPECT_EQ(check.outcome, Outcome::kPassed) << check.name << ": " << check.message;
}

TEST_F(ModuleSubmissionTest, AFunctionIsGoneWhenItsCallHasEnded) {
  const auto text = with("  auto at = x;", "  static auto kept = gradient;\n  auto at = x + 0 * kept(x);");
  EXPECT_THAT(only("Descend.ReachesTheMinimum", text).message, HasSubstr("called after that call had ended"));
  EXPECT_EQ(only("Descend.CallsTheGradientOnceAStep", text).outcome, Outcome::kFailed) << "18 calls for 17";
}

TEST_F(ModuleSubmissionTest, AFunctionThatWasNotGivenCannotBeCalled) {
  // A frame by hand: 16 bytes of lengths, then {"call back": 7, "arguments": []} in CBOR.
  const auto forged = with("  auto at = x;", R"(  auto at = x;
  const unsigned char head[] = "\xa2\x69" "call back" "\x07\x69" "arguments" "\x80";
  const std::uint64_t lengths[2] = {sizeof head - 1, 0};
  (void)!write(3, lengths, sizeof lengths);
  (void)!write(3, head, sizeof head - 1);)");
  const auto result = only("Descend.ReachesTheMinimum", "#include <unistd.h>\n" + forged);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.message, HasSubstr("calls a function that it was not given"));
}

TEST_F(ModuleSubmissionTest, ArgumentsOfACallBackAreNotBelieved) {
  const auto message_of_shape = [&](const std::string& shape) {
    const auto forged = with("  auto at = x;", R"(  auto at = x;
  const unsigned char head[] = "\xa2\x69" "call back" "\x00\x69" "arguments" "\x81\xa2\x65" "dtype\x67" "float64\x65" "shape)" +
                                                   shape + R"(";
  const std::uint64_t lengths[2] = {sizeof head - 1, 0};
  (void)!write(3, lengths, sizeof lengths);
  (void)!write(3, head, sizeof head - 1);)");
    const auto result = only("Descend.ReachesTheMinimum", "#include <unistd.h>\n" + forged);
    EXPECT_EQ(result.outcome, Outcome::kFailed);
    return result.message;
  };
  EXPECT_THAT(message_of_shape("\\x81\\x01"), HasSubstr("larger than the bytes that came with it"));
  EXPECT_THAT(message_of_shape("\\x81\\x1b\\x00\\x00\\x00\\xff\\xff\\xff\\xff\\xff"),
              HasSubstr("a function was called with shape (1099511627775), where (...) is promised with ... = (1)"));
}

TEST_F(ModuleSubmissionTest, AMissingModuleIsAnError) {
  const auto result = only("Line.IsALine", with("std::make_shared<TrainedLine>(slope, offset)", "nullptr"));
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.message, HasSubstr("null pointer"));
}

TEST_F(ModuleSubmissionTest, AModuleThatCrashesCostsItsCheck) {
  const auto report = run(with("if (is_training()) calls_ += 1;", "std::abort();"));
  EXPECT_EQ(report.verdict, Verdict::kGraded);
  for (const auto& check : report.checks) {
    const bool forwards = check.name.starts_with("Line.") && check.name != "Line.TravelsBack";
    EXPECT_EQ(check.outcome, forwards ? Outcome::kCrashed : Outcome::kPassed)
        << check.name << ": " << check.message;
  }
}

/// calls.h leaves a shape free there, and the check makes a matrix of it.
TEST_F(ModuleSubmissionTest, WhatExhaustsTheCheckerIsOverMemory) {
  const auto text = with("return 2 * line->named_parameters()[\"slope\"].detach();", R"(
  static int calls = 0;
  if (++calls == 3) return torch::ones({1'000'000}, torch::kDouble);
  return 2 * line->named_parameters()["slope"].detach();)");
  const auto result = only("Line.TravelsBack", text);
  EXPECT_EQ(result.outcome, Outcome::kOverMemory) << result.message;
  EXPECT_THAT(result.message, HasSubstr("the check itself ran out of memory"));
}

TEST_F(ModuleSubmissionTest, EndlessCallsBackRunOutOfTime) {
  const auto result = only("Descend.ReachesTheMinimum", with("i < steps", "i >= 0"));
  EXPECT_EQ(result.outcome, Outcome::kTimedOut);
}

}  // namespace
}  // namespace spinlab::judging
