#include "src/authoring/lint.h"

#include "src/authoring/handout.h"
#include "src/core/files.h"
#include "tests/judging/sample_assignment.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::authoring {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LintTest : public SpinlabTest {
 protected:
  void put(const std::string& name, const std::string& text) const {
    write_file(assignment_.folder / name, text);
  }
  void append(const std::string& name, const std::string& text) const {
    put(name, read_file(assignment_.folder / name, 1 << 20) + text);
  }
  judging::Assignment assignment_ = judging::write_sample_with_answers(folder());
};

TEST_F(LintTest, AnAssignmentInOrderHasNothingToSayAgainstIt) { EXPECT_THAT(lint(assignment_), IsEmpty()); }

TEST_F(LintTest, EachMissingFileIsALine) {
  for (const auto* name : {"README.md", "sums.h", "calls.h", "checks.cpp", "hidden_checks.cpp",
                           "solution.cpp", "mutants.json", "answer_key.json", "experiment.py"}) {
    const auto kept = read_file(assignment_.folder / name, 1 << 20);
    std::filesystem::remove(assignment_.folder / name);
    EXPECT_THAT(lint(assignment_), ElementsAre(HasSubstr(std::string(name) + ": no such file"))) << name;
    put(name, kept);
  }
  put("experiment.cpp", "");
  EXPECT_THAT(lint(assignment_), ElementsAre(HasSubstr("figure.py: no such file")));
}

TEST_F(LintTest, ATestAndItsEntryNeedEachOther) {
  append("checks.cpp", "TEST(Mean,\n     Forgotten) {}\n// TEST(Mean, Thought) {}\n");
  EXPECT_THAT(lint(assignment_), ElementsAre(HasSubstr("checks.cpp: the TEST Mean.Forgotten has no entry")));
  put("checks.cpp", "TEST(Sum, OfOnes) {}\n");
  EXPECT_THAT(lint(assignment_), ElementsAre(HasSubstr("checks.cpp: there is no TEST for Mean.OfOnes")));
}

TEST_F(LintTest, TestsMayStandInFilesThatTheChecksInclude) {
  put("checks.cpp", "#include \"mean_checks.h\"\nTEST(Sum, OfOnes) {}\n");
  put("mean_checks.h", "TEST(Mean, OfOnes) {}\n");
  EXPECT_THAT(lint(assignment_), IsEmpty());
}

TEST_F(LintTest, HiddenTestsMayStandInAFolderOfTheirOwn) {
  const auto file = assignment_.folder / "hidden_checks.cpp";
  const auto tests = read_file(file, 1 << 20);
  std::filesystem::remove(file);
  std::filesystem::create_directory(assignment_.folder / "hidden_checks");
  put("hidden_checks/mean.cpp", tests);
  EXPECT_THAT(lint(assignment_), IsEmpty());
  put("hidden_checks/sum.cpp", "TEST(Sum, Forgotten) {}\n");
  EXPECT_THAT(lint(assignment_),
              ElementsAre(HasSubstr("hidden_checks/sum.cpp: the TEST Sum.Forgotten has no entry")));
}

TEST_F(LintTest, AHiddenTestThatStudentsGetIsFound) {
  append("checks.cpp", "TEST(Mean, SecretlyNegative) {}\n");
  put("hidden_checks.cpp", "\n");
  EXPECT_THAT(lint(assignment_),
              ElementsAre(HasSubstr(
                  "Mean.SecretlyNegative belongs here, but stands in checks.cpp, which students get")));
}

TEST_F(LintTest, CallsAndTasksNameTheSameFunctions) {
  append("calls.h", "SPINLAB_CALL(sums, median, \"_, _ -> _\")\n");
  EXPECT_THAT(lint(assignment_), ElementsAre(HasSubstr("median belongs to no task")));
  put("calls.h", "SPINLAB_CALL(sums, sum, \"_, _ -> _\")\n");
  EXPECT_THAT(lint(assignment_), ElementsAre(HasSubstr("task 2 asks for mean, which is not listed")));
}

TEST_F(LintTest, ContractsAreRead) {
  put("calls.h", "SPINLAB_CALL(sums, sum)\nSPINLAB_CALL(sums, mean, \"_, _ -> _\")\n");
  EXPECT_THAT(lint(assignment_), ElementsAre(HasSubstr("shapes are missing: SPINLAB_CALL(sums, sum)")));
  put("calls.h", "SPINLAB_CALL(sums, sum, \"_, _ -> _\")\nSPINLAB_CALL(sums, mean, \"(n, -> _\")\n");
  EXPECT_THAT(lint(assignment_), ElementsAre(HasSubstr("\"(n, -> _\" is no contract: expected")));
}

TEST_F(LintTest, TheReadmeHasEachTaskAndThePlaceOfTheTable) {
  put("README.md", "# Sums\n\n## 1. Sums\n\n## 2. Mean\n\n## 3. Questions\n");
  EXPECT_THAT(lint(assignment_),
              ElementsAre(HasSubstr("no heading \"## 2. Means\""), HasSubstr("table of tasks")));
}

TEST_F(LintTest, AStudentEditionIsInOrderToo) {
  const auto files = handout_files(assignment_);
  std::filesystem::remove_all(assignment_.folder);
  for (const auto& [name, text] : files) put(name, text);
  put(kStubsFile, files.at(assignment_.file));
  EXPECT_THAT(lint(judging::read_assignment(assignment_.folder)), IsEmpty());
}

TEST_F(LintTest, ANameIsHiddenEverywhereOrNowhere) {
  auto other = assignment_;
  other.name = "01-others";
  other.checks = {assignment_.checks.front()};
  EXPECT_THAT(lint_names(assignment_, {assignment_, other}), IsEmpty());
  other.checks[0].hidden = true;
  EXPECT_THAT(lint_names(assignment_, {assignment_, other}),
              ElementsAre("Sum.OfOnes is visible in 00-sums and hidden in 01-others; rename one"));
  EXPECT_THAT(lint_names(other, {assignment_, other}), ElementsAre(HasSubstr("is hidden in 01-others")));
}

/// The course's own: what no compiler looks at.
TEST(RealAssignments, AreInOrder) {
  std::vector<judging::Assignment> course;
  for (const auto& name : judging::assignment_names()) course.push_back(judging::load_assignment(name));
  for (const auto& assignment : course) {
    EXPECT_THAT(lint(assignment), IsEmpty());
    EXPECT_THAT(lint_names(assignment, course), IsEmpty());
  }
}

}  // namespace
}  // namespace spinlab::authoring
