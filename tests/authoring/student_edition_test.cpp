#include "src/authoring/student_edition.h"

#include <c10/util/Exception.h>
#include <stdlib.h>

#include <sstream>

#include "src/authoring/handout.h"
#include "src/authoring/master.h"
#include "src/core/files.h"
#include "src/judging/assignment.h"
#include "tests/judging/sample_assignment.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::authoring {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A project without .git: a room, a zoo with a withheld model and its test, one assignment.
class StudentEditionTest : public SpinlabTest {
 protected:
  StudentEditionTest() {
    put("README.md", "# Sums\n\nText.\n");
    put("run", "#!/bin/sh\n");
    put("models/mean.cpp", "// BEGIN SOLUTION\nint answer_of_the_zoo = 42;\n// END SOLUTION\nint given;\n");
    put("models/tests/mean_test.cpp", "x\n");
    put("secret/exam.cpp", "x\n");
    put("assignments/student_edition.json", R"({"rooms": ["README.md", "run", "models"]})");
    auto json = read_json(assignment_.folder / "assignment.json");
    json["withheld"] = {"models/mean.cpp", "models/tests/mean_test.cpp"};
    put("assignments/00-sums/assignment.json", json.dump());
  }
  void put(const std::string& name, const std::string& content) const {
    write_file(folder() / name, content);
  }
  std::string refusal() const {
    return mistake([this] { student_edition(folder()); });
  }
  judging::Assignment assignment_ = judging::write_sample_assignment(folder());
};

TEST_F(StudentEditionTest, HoldsTheRoomsAndTheHandoutsAndNothingElse) {
  std::vector<std::string> names;
  for (const auto& [name, content] : student_edition(folder())) names.push_back(name);
  std::vector<std::string> expected{"README.md",
                                    "run",
                                    "models/mean.cpp",
                                    "student-edition.json",
                                    "assignments/00-sums/stubs.cpp"};
  for (const auto& [name, content] : handout_files(assignment_))
    expected.push_back("assignments/00-sums/" + name);
  EXPECT_THAT(names, testing::UnorderedElementsAreArray(expected));
}

TEST_F(StudentEditionTest, SharedFilesKeepTheirPlace) {
  ::setenv("SPINLAB_ROOT", folder().c_str(), 1);
  put("assignments/00-sums/problems.h", "#include \"assignments/shared/draws.h\"\n");
  put("assignments/shared/draws.h", "drawn\n");
  put("assignments/shared/unused.h", "x\n");
  const auto tree = student_edition(folder());
  EXPECT_EQ(tree.at("assignments/shared/draws.h"), "drawn\n");
  EXPECT_FALSE(tree.contains("assignments/shared/unused.h"));
  ::unsetenv("SPINLAB_ROOT");
}

TEST_F(StudentEditionTest, AWithheldSourceIsAStubAndItsTestIsGone) {
  const auto tree = student_edition(folder());
  EXPECT_EQ(tree.at("models/mean.cpp"), "int given;\n");
  EXPECT_THAT(tree.at("README.md"), HasSubstr("# Sums\n\n> This is a student edition"));
  EXPECT_THAT(tree.at("README.md"), HasSubstr("here `./spinlab demo` grades the untouched stubs"));
  EXPECT_THAT(tree.at("assignments/00-sums/assignment.json"), Not(HasSubstr("withheld")));
}

TEST_F(StudentEditionTest, WorksAsAProjectOfItsOwn) {
  write_tree(student_edition(folder()), folder() / "out");
  const auto sums = judging::read_assignment(folder() / "out/assignments/00-sums");
  EXPECT_FALSE(has_master(sums));
  write_file(sums.folder / sums.file, "the student's work\n");
  EXPECT_EQ(handout_files(sums).at(sums.file), stubs(assignment_));
  EXPECT_THAT(mistake([&] { student_edition(folder() / "out"); }), HasSubstr("is a student edition itself"));
  EXPECT_THAT(mistake([&] { Master::load(sums); }), HasSubstr("the master stays with the instructor"));
  using fs::perms;
  EXPECT_NE(fs::status(folder() / "out/run").permissions() & perms::owner_exec, perms::none);
}

TEST_F(StudentEditionTest, ALeakIsNamedAndNothingIsMade) {
  put("models/copied.cpp", "double helper_of_the_master(double x) { return x; }\n");
  EXPECT_THAT(refusal(),
              testing::AllOf(HasSubstr("a solution of 00-sums"), HasSubstr("in models/copied.cpp")));
  put("models/copied.cpp", "// BEGIN SOLUTION\n// END SOLUTION\n");
  EXPECT_THAT(refusal(), HasSubstr("a solution region with its marker in models/copied.cpp"));
}

TEST_F(StudentEditionTest, LinksAndWhatIsMissingAreRefused) {
  fs::create_symlink("/etc/hostname", folder() / "models/link.h");
  EXPECT_THAT(refusal(), HasSubstr("link.h: is a link"));
  fs::remove(folder() / "models/link.h");
  put("assignments/student_edition.json", R"({"rooms": ["README.md", "modles"]})");
  EXPECT_THAT(refusal(), HasSubstr("the project has no modles"));
  fs::remove(folder() / "models/mean.cpp");
  put("assignments/student_edition.json", R"({"rooms": ["README.md"]})");
  EXPECT_THAT(refusal(), HasSubstr("withholds models/mean.cpp, which the project does not have"));
}

/// The lines that say enough not to stand elsewhere by chance, two at a time; white space counts for nothing.
std::vector<std::string> pairs_of_lines(const std::string& code) {
  constexpr std::size_t kTelling = 24;
  std::vector<std::string> pairs;
  std::string before;
  std::istringstream in(code);
  for (std::string line; std::getline(in, line);) {
    std::erase(line, ' ');
    if (line.empty() || line[0] == '{' || line[0] == '}') continue;
    if (before.size() >= kTelling && line.size() >= kTelling) pairs.push_back(before + line);
    before = line;
  }
  return pairs;
}

/// "Suite.Test" as in TEST(Suite, Test), without white space.
std::string as_test(std::string name) { return name.replace(name.find('.'), 1, ","); }

// Written apart from leaks.cpp, which the edition has passed already: what one overlooks the other should
// not.
TEST(RealStudentEdition, HoldsNothingOfTheInstructors) {
  const auto tree = student_edition(root());
  EXPECT_GT(tree.size(), 200);
  EXPECT_TRUE(tree.contains("spinlab"));
  std::map<std::string, std::string> texts;
  for (const auto& [name, content] : tree) {
    for (const auto* kept :
         {"solution", "hidden_checks", "mutants.json", "answer_key.json", "samples.json", "attacks/"})
      EXPECT_THAT(name, Not(HasSubstr(kept)));
    texts[name] = content;
    std::erase_if(texts[name], [](char c) { return c == ' ' || c == '\n'; });
  }
  for (const auto& assignment_name : judging::assignment_names()) {
    const auto assignment = judging::load_assignment(assignment_name);
    auto secrets = pairs_of_lines(read_file(assignment.folder / "mutants.json", 1 << 20));
    const auto master = Master::load(assignment);  // outlives its segments
    for (const auto& segment : master.segments())
      if (segment.solution)
        for (const auto& pair : pairs_of_lines(segment.text)) secrets.push_back(pair);
    for (const auto& check : assignment.checks)
      if (check.hidden) secrets.insert(secrets.end(), {check.name, as_test(check.name)});
    ASSERT_GT(secrets.size(), 100);
    for (const auto& [name, text] : texts)
      for (const auto& secret : secrets)
        ASSERT_EQ(text.find(secret), std::string::npos) << name << ": " << secret;
  }
}

}  // namespace
}  // namespace spinlab::authoring
