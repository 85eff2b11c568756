#include "src/judging/runner/submission_run.h"

#include <algorithm>

#include "tests/judging/fixture_submission.h"

namespace spinlab::judging {
namespace {

using testing::HasSubstr;
using testing::Not;

class RunnerTest : public FixtureTest {};

TEST_F(RunnerTest, TheSolutionPassesEveryCheck) {
  std::vector<std::string> seen;
  RunOptions options;
  options.on_check = [&](const CheckResult& result) { seen.push_back(result.name); };
  const auto report = run(solution(), options);
  EXPECT_EQ(report.verdict, Verdict::kGraded) << report.detail;
  ASSERT_EQ(report.checks.size(), 6u);
  EXPECT_EQ(seen.size(), 6u);
  for (const auto& check : report.checks)
    EXPECT_EQ(check.outcome, Outcome::kPassed) << check.name << ": " << check.message;
  EXPECT_TRUE(report.layers.at("seccomp").at("holds").get<bool>());
}

/// Checks that run at the same time have the same results, and are handed over in the order of the list.
TEST_F(RunnerTest, LanesChangeNothing) {
  const auto text = with_twice("return x + 2;");
  RunOptions options;
  const auto one = run(text, options);
  std::vector<std::string> seen;
  options.checkers = 3;
  options.on_check = [&](const CheckResult& result) { seen.push_back(result.name); };
  const auto three = run(text, options);
  ASSERT_EQ(three.checks.size(), one.checks.size());
  ASSERT_EQ(seen.size(), one.checks.size());
  for (std::size_t i = 0; i < one.checks.size(); ++i) {
    EXPECT_EQ(seen[i], one.checks[i].name);
    EXPECT_EQ(three.checks[i].name, one.checks[i].name);
    EXPECT_EQ(three.checks[i].outcome, one.checks[i].outcome);
    EXPECT_EQ(three.checks[i].message, one.checks[i].message);
  }
}

/// A lane whose worker is lost does not take the others with it.
TEST_F(RunnerTest, ACrashInOneLaneCostsOneCheck) {
  RunOptions options;
  options.checkers = 2;
  const auto report = run(with_twice("std::abort(); return x;"), options);
  EXPECT_EQ(report.verdict, Verdict::kGraded);
  for (const auto& check : report.checks)
    EXPECT_EQ(check.outcome, check.name.find("Twice") == std::string::npos ? Outcome::kPassed : Outcome::kCrashed)
        << check.name << ": " << check.message;
}

/// In how many checks.
std::ptrdiff_t found_by_the_repeated_call(const Report& report) {
  return std::count_if(report.checks.begin(), report.checks.end(), [](const CheckResult& check) {
    return check.message.find("twice returned something else when it was called again") != std::string::npos;
  });
}

TEST_F(RunnerTest, WhatIsKeptFromCallToCallFailsACheckThatCallsOnce) {
  const auto report = run(with_twice("static int calls = 0; return calls++ == 0 ? x * 2 : x * 3;"));
  EXPECT_EQ(found_by_the_repeated_call(report), 3);
}

TEST_F(RunnerTest, AResultThatIsKeptForTheNextCallIsOverwritten) {
  const auto report = run(with_twice("static const at::Tensor kept = x * 2; return kept;"));
  EXPECT_GE(found_by_the_repeated_call(report), 1);
}

TEST_F(RunnerTest, AResultThatCannotBeOverwrittenIsLeft) {
  for (const auto* body : {"const c10::InferenceMode guard; return x * 2;", "return (x * 2).t().contiguous().t();"}) {
    const auto report = run(with_twice(body));
    for (const auto& check : report.checks) EXPECT_EQ(check.outcome, Outcome::kPassed) << check.name << check.message;
  }
}

TEST_F(RunnerTest, ACheckCanDoWithoutTheRepeatedCall) {
  auto text = solution();
  const std::string begin = "std::optional<Summary> summary(const std::vector<double>& values) {";
  const auto place = text.find(begin);
  ASSERT_NE(place, std::string::npos);
  text.insert(place + begin.size(), "static int calls = 0; if (calls++ > 0) throw std::invalid_argument(\"once\");");
  const auto report = run(text);
  for (const auto& check : report.checks) {
    if (check.name == "Summary.OfNothingIsNothing") EXPECT_EQ(check.outcome, Outcome::kPassed) << check.message;
    if (check.name == "Summary.SortsAndAverages") EXPECT_THAT(check.message, HasSubstr("when it was called again"));
  }
}

/// Right and slow: the first call fits into the check's 2 s, the second does not, in any of the three checks that call it.
TEST_F(RunnerTest, ThatThereIsNoTimeToCallAgainMeansNothing) {
  const auto report = run("#include <ctime>\n" + with_twice("for (const auto end = std::clock() + 1.3 * CLOCKS_PER_SEC; std::clock() < end;) {} "
                                                            "return x * 2;"));
  for (const auto& check : report.checks) EXPECT_EQ(check.outcome, Outcome::kPassed) << check.name << ": " << check.message;
}

TEST_F(RunnerTest, ABrokenRuleIsSaid) {
  const auto report = run(with_twice("x.mul_(2); return x.clone();"));
  for (const auto& check : report.checks)
    if (check.name.find("Twice") != std::string::npos) EXPECT_THAT(check.message, HasSubstr("an argument was changed"));
}

TEST_F(RunnerTest, WhatEndsACheckIsTheSubmissionsDoingWhereTheMasterComesThrough) {
  const auto report = run(with_twice("return torch::full_like(x, 4711);"));
  EXPECT_EQ(report.verdict, Verdict::kGraded) << report.detail;
  ASSERT_EQ(report.checks.size(), 6u) << "those behind it are run";
  for (const auto& check : report.checks) {
    if (check.name != "HiddenTwice.HoldsForNegativeNumbers") continue;
    EXPECT_EQ(check.outcome, Outcome::kCrashed);
    EXPECT_THAT(check.message, HasSubstr("ended the check itself, twice"));
  }
}

TEST_F(RunnerTest, WhatEndsACheckIsNotTheSubmissionsDoingWhereTheMasterEndsItToo) {
  const auto text = with_twice("return torch::full_like(x, 4711);");
  auto assignment = read_assignment(SPINLAB_FIXTURE);
  std::filesystem::copy(assignment.folder, folder());
  assignment.folder = folder();
  write_file(folder() / "solution.cpp", text);
  EXPECT_EQ(run(text, {}, assignment).verdict, Verdict::kInfrastructureFailure);
}

TEST_F(RunnerTest, StudentsSeeVisibleChecksAlone) {
  RunOptions options;
  options.with_hidden = false;
  const auto report = run(solution(), options);
  EXPECT_EQ(report.checks.size(), 5u);
  EXPECT_TRUE(std::none_of(report.checks.begin(), report.checks.end(),
                           [](const CheckResult& check) { return check.name.starts_with("Hidden"); }));
}

TEST_F(RunnerTest, AFilterThatMatchesNothingIsAMistake) {
  RunOptions options;
  options.filter = "NoSuch.*";
  EXPECT_THROW(run(solution(), options), c10::ValueError);
}

TEST_F(RunnerTest, AWrongAnswerSaysWhereItDiffers) {
  const auto result = check_twice(with_twice("return x + 2;"));
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.message, HasSubstr("twice(x)"));
  EXPECT_THAT(result.message, HasSubstr("checks.cpp:"));
}

TEST_F(RunnerTest, AnExceptionsTextComesBack) {
  const auto result = check_twice(with_twice("TORCH_CHECK(false, \"x must be a matrix\"); return x;"));
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.message, HasSubstr("fixture::twice threw: x must be a matrix"));
}

TEST_F(RunnerTest, AStubFailsEvenTheCheckThatExpectsAnException) {
  auto text = solution();
  const std::string start = "  if (times < 0)";
  text.insert(text.find(start), "  throw spinlab::NotImplemented(\"repeat\");\n");
  RunOptions options;
  options.filter = "Repeat.*";
  const auto report = run(text, options);
  ASSERT_EQ(report.checks.size(), 1u);
  EXPECT_EQ(report.checks[0].outcome, Outcome::kFailed);
  EXPECT_THAT(report.checks[0].message, HasSubstr("repeat is not implemented yet"));
}

TEST_F(RunnerTest, ACompileErrorShowsTheStudentsLinesOnly) {
  const auto report = run(with_twice("return x.no_such_method();"));
  EXPECT_EQ(report.verdict, Verdict::kCompileError);
  EXPECT_THAT(report.detail, HasSubstr("fixture.cpp:9:"));
  EXPECT_THAT(report.detail, HasSubstr("no_such_method"));
  EXPECT_THAT(report.detail, Not(HasSubstr("/tmp/")));
}

TEST_F(RunnerTest, AFunctionThatIsMissingIsNamed) {
  auto text = solution();
  text.replace(text.find("twice("), 5, "thrice");
  const auto report = run(text);
  EXPECT_EQ(report.verdict, Verdict::kCompileError);
  EXPECT_THAT(report.detail, HasSubstr("fixture::twice("));
  EXPECT_THAT(report.detail, HasSubstr("not defined"));
}

TEST_F(RunnerTest, ForbiddenOperationsAreFoundHoweverTheyAreCalled) {
  for (const char* way : {"return std::get<0>(x.sort());", "return std::get<0>(at::linalg_lstsq(x, x));",
                          "auto y = x.clone(), i = x.to(torch::kLong); at::sort_out(y, i, x); return y;"}) {
    const auto report = run(with_twice(way));
    EXPECT_EQ(report.verdict, Verdict::kForbiddenOperation) << way << report.detail;
  }
}

TEST_F(RunnerTest, TheDispatcherIsNoWayAroundThem) {
  const auto report =
      run("#include <ATen/core/dispatch/Dispatcher.h>\n" +
          with_twice("c10::Dispatcher::singleton().findSchemaOrThrow(\"aten::sort\", \"\"); return x;"));
  EXPECT_EQ(report.verdict, Verdict::kForbiddenOperation) << report.detail;
  EXPECT_THAT(report.detail, HasSubstr("c10::Dispatcher"));
}

TEST_F(RunnerTest, TheCompilerSeesNoFileOfOurs) {
  const auto hidden = std::string(SPINLAB_FIXTURE) + "/hidden_checks.cpp";
  for (const auto& line : {"#include \"" + hidden + "\"\n", std::string("#include \"/etc/passwd\"\n"),
                           "asm(\".incbin \\\"" + hidden + "\\\"\");\n"}) {
    const auto report = run(line + solution());
    EXPECT_EQ(report.verdict, Verdict::kCompileError) << line;
  }
}

TEST_F(RunnerTest, WhatIsNoSourceTextIsUnreadable) {
  EXPECT_EQ(run("").verdict, Verdict::kUnreadableSubmission);
  EXPECT_EQ(run(" \n\t\n").verdict, Verdict::kUnreadableSubmission);
  EXPECT_EQ(run(std::string("\x7f"
                            "ELF\0\0",
                            6))
                .verdict,
            Verdict::kUnreadableSubmission);
  EXPECT_EQ(run(std::string((1 << 20) + 1, 'x')).verdict, Verdict::kUnreadableSubmission);
  EXPECT_EQ(run_submission(read_assignment(SPINLAB_FIXTURE), folder() / "none.cpp", {}).verdict,
            Verdict::kUnreadableSubmission);
}

TEST_F(RunnerTest, ACheckWithoutItsDataIsNotRun) {
  auto assignment = read_assignment(SPINLAB_FIXTURE);
  assignment.checks[0].data_sets = {"nist"};
  write_file(folder() / "submission.cpp", solution());
  RunOptions options;
  options.filter = "Twice.*";
  options.has_data = [](const std::string&) { return false; };
  const auto report = run_submission(assignment, folder() / "submission.cpp", options);
  ASSERT_EQ(report.checks.size(), 2u) << report.detail;
  EXPECT_EQ(report.checks[0].outcome, Outcome::kNotRun);
  EXPECT_THAT(report.checks[0].message, HasSubstr("data fetch nist"));
  EXPECT_EQ(report.checks[1].outcome, Outcome::kPassed);
}

TEST_F(RunnerTest, TheSeedRepeatsTheWorkersRandomNumbers) {
  const auto text = with_twice("return torch::rand({1}, torch::kDouble);");
  RunOptions options;
  options.filter = "Twice.DoublesEveryElement";
  options.seed = 7;
  const auto once = run(text, options), again = run(text, options);
  EXPECT_EQ(once.checks.at(0).message, again.checks.at(0).message);
}

}  // namespace
}  // namespace spinlab::judging
