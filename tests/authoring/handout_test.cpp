#include "src/authoring/handout.h"

#include <c10/util/Exception.h>
#include <stdlib.h>

#include <sstream>

#include "src/authoring/master.h"
#include "src/core/files.h"
#include "tests/judging/sample_assignment.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::authoring {
namespace {

using testing::HasSubstr;
using testing::Not;

class HandoutTest : public SpinlabTest {
 protected:
  void expect_refused(const fs::path& target) {
    EXPECT_THROW(write_handout(assignment_, target), c10::ValueError) << target;
    for (const auto& item : fs::directory_iterator(folder())) {
      EXPECT_THAT(item.path().string(), Not(HasSubstr(".part")));
    }
  }
  judging::Assignment assignment_ = judging::write_sample_with_answers(folder());
};

TEST_F(HandoutTest, HoldsWhatAStudentNeedsAndNothingElse) {
  std::vector<std::string> names;
  for (const auto& [name, content] : handout_files(assignment_)) names.push_back(name);
  EXPECT_THAT(names, testing::UnorderedElementsAre("README.md", "answers.json", "assignment.json",
                                                   "checks.cpp", "calls.h", "experiment.py", "problems.h",
                                                   "sums.cpp", "sums.h"));
}

TEST_F(HandoutTest, TheReadmeSaysBelowItsTitleHowCommandsAreCalled) {
  EXPECT_THAT(handout_files(assignment_).at("README.md"),
              testing::StartsWith("# Sums\n\n> `spinlab` is the script"));
}

TEST_F(HandoutTest, TakesAlongWhatItIncludesOfTheSharedFolder) {
  ::setenv("SPINLAB_ROOT", folder().c_str(), 1);
  write_file(assignment_.folder / "problems.h",
             "#include \"assignments/shared/spectra.h\"\n#include \"src/x.h\"\n");
  write_file(assignment_.folder / "experiment.py", "from assignments.shared.figure import main\n");
  write_file(folder() / "assignments/shared/spectra.h", "#include \"draws.h\"\n");
  for (const auto* name : {"assignments/shared/draws.h", "assignments/shared/unused.h",
                           "assignments/shared/figure.py", "src/x.h"})
    write_file(folder() / name, "\n");
  const auto files = handout_files(assignment_);
  for (const auto* name : {"spectra.h", "draws.h", "figure.py"})
    EXPECT_TRUE(files.contains(std::string("assignments/shared/") + name)) << name;
  EXPECT_FALSE(files.contains("assignments/shared/unused.h") || files.contains("src/x.h"));
  ::unsetenv("SPINLAB_ROOT");
}

/// What must not be in any file: each line of a solution region, hidden checks, markers, answers, mutants.
std::vector<std::string> secrets(const judging::Assignment& assignment) {
  std::vector<std::string> lines{"SecretlyNegative", "Keep the sign", "BEGIN SOLUTION", "END SOLUTION",
                                 "0.71828",          "starts-at-one", "caught_by",      "STUB"};
  const auto master = Master::load(assignment);  // outlives its segments
  for (const auto& segment : master.segments()) {
    std::istringstream in(segment.solution ? segment.text : "");
    for (std::string line; std::getline(in, line);) lines.push_back(line);
  }
  return lines;
}

TEST_F(HandoutTest, NothingOfTheInstructorsLeaks) {
  const auto all_secrets = secrets(assignment_);
  ASSERT_GT(all_secrets.size(), 12);
  for (const auto& [name, content] : handout_files(assignment_)) {
    for (const auto& secret : all_secrets) EXPECT_THAT(content, Not(HasSubstr(secret))) << name;
  }
}

TEST_F(HandoutTest, ItsAssignmentJsonReadsBackWithTheVisibleChecks) {
  write_handout(assignment_, folder() / "out/00-sums");
  const auto handed_out = judging::read_assignment(folder() / "out/00-sums");
  ASSERT_EQ(handed_out.checks.size(), 4);
  EXPECT_EQ(handed_out.checks[1].name, "Mean.OfOnes");
  EXPECT_EQ(handed_out.checks[3].name, "Paper.Roots");
  EXPECT_EQ(read_json(folder() / "out/00-sums/answers.json"), (Json{{"Euler", nullptr}, {"Roots", nullptr}}));
  EXPECT_EQ(read_file(folder() / "out/00-sums/sums.h", 1000), read_file(assignment_.folder / "sums.h", 1000));
}

TEST_F(HandoutTest, AnEmptyFolderIsTakenAFullOneRefused) {
  fs::create_directories(folder() / "empty");
  write_handout(assignment_, folder() / "empty");
  EXPECT_TRUE(fs::exists(folder() / "empty/sums.cpp"));
  const auto before = read_file(folder() / "empty/sums.cpp", 10000);
  expect_refused(folder() / "empty");
  EXPECT_EQ(read_file(folder() / "empty/sums.cpp", 10000), before);
  expect_refused(folder() / "empty/sums.cpp");
}

TEST_F(HandoutTest, AMissingOrKeptBackFileLeavesNothing) {
  auto broken = assignment_;
  broken.handout = {"answer_key.json"};
  EXPECT_THROW(write_handout(broken, folder() / "out"), c10::ValueError);
  EXPECT_FALSE(fs::exists(folder() / "out"));
  fs::remove(assignment_.folder / "README.md");
  expect_refused(folder() / "out");
  EXPECT_FALSE(fs::exists(folder() / "out"));
}

TEST_F(HandoutTest, ACheckThatIncludesHiddenFilesIsRefused) {
  write_file(assignment_.folder / "checks.cpp", "#include \"hidden_checks.cpp\"\n");
  expect_refused(folder() / "out");
  EXPECT_TRUE(is_kept_back("assignments/00-sums/hidden_checks/mean.cpp"));
}

/// A line of a region that says enough not to stand elsewhere by chance.
bool is_telling(const std::string& line) {
  constexpr size_t kTelling = 30;
  const auto first = line.find_first_not_of(' ');
  return first != std::string::npos && line.size() - first >= kTelling;
}

/// Two lines that follow each other, since one alone (the head of a loop) may stand in a check by chance; a
/// region of one line is that line.
std::vector<std::string> telling_pieces(const std::string& region) {
  std::vector<std::string> lines, pieces;
  std::istringstream in(region);
  for (std::string line; std::getline(in, line);)
    if (line.find_first_not_of(' ') != std::string::npos) lines.push_back(line);
  if (lines.size() == 1 && is_telling(lines[0])) return lines;
  for (std::size_t i = 1; i < lines.size(); ++i)
    if (is_telling(lines[i - 1]) && is_telling(lines[i])) pieces.push_back(lines[i - 1] + '\n' + lines[i]);
  return pieces;
}

class RealHandoutTest : public testing::TestWithParam<std::string> {};

TEST_P(RealHandoutTest, NoSolutionHiddenCheckOrMarkerLeaks) {
  const auto assignment = judging::load_assignment(GetParam());
  auto forbidden = std::vector<std::string>{"SOLUTION", "// STUB"};
  for (const auto& check : assignment.checks) {
    const auto dot = check.name.find('.');
    const auto as_test = check.name.substr(0, dot) + ", " + check.name.substr(dot + 1);
    if (check.hidden) forbidden.insert(forbidden.end(), {check.name, as_test, check.title, check.hint});
  }
  const auto master = Master::load(assignment);  // outlives its segments
  for (const auto& segment : master.segments()) {
    if (!segment.solution) continue;
    for (const auto& piece : telling_pieces(segment.text)) forbidden.push_back(piece);
  }
  for (const auto& [name, content] : handout_files(assignment)) {
    for (const auto& secret : forbidden) EXPECT_THAT(content, Not(HasSubstr(secret))) << name;
  }
}

std::string parameter_name(const testing::TestParamInfo<std::string>& info) {
  auto name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Assignments, RealHandoutTest, testing::ValuesIn(judging::assignment_names()),
                         parameter_name);

}  // namespace
}  // namespace spinlab::authoring
