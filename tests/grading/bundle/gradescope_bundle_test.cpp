#include "src/grading/bundle/gradescope_bundle.h"

#include <algorithm>
#include <cstdlib>

#include "src/core/files.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> paths(const std::vector<ZipEntry>& entries) {
  std::vector<std::string> result;
  for (const auto& entry : entries) result.push_back(entry.path);
  return result;
}

const ZipEntry& entry(const std::vector<ZipEntry>& entries, const std::string& path) {
  return *std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.path == path; });
}

class GradescopeBundleTest : public SpinlabTest {
 protected:
  judging::Assignment assignment_ = judging::load_assignment("01-regression");
};

TEST_F(GradescopeBundleTest, HasWhatGradescopeAndTheBuildNeed) {
  const auto entries = gradescope_bundle(assignment_, {}, {"--seed", "7", "--filter", "it's"});
  EXPECT_TRUE(entry(entries, "setup.sh").executable);
  EXPECT_TRUE(entry(entries, "run_autograder").executable);
  EXPECT_TRUE(entry(entries, "project/spinlab").executable);
  EXPECT_THAT(entry(entries, "settings").content,
              HasSubstr("assignment='01-regression'\noptions=('--seed' '7' '--filter' 'it'\\''s')\n"));
  for (const auto* path :
       {"project/CMakeLists.txt", "project/cmake/Targets.cmake", "project/src/cli/main.cpp",
        "project/assignments/CMakeLists.txt", "project/assignments/01-regression/hidden_checks.cpp",
        "project/assignments/shared/draws.h"})
    EXPECT_THAT(paths(entries), Contains(path));
}

TEST_F(GradescopeBundleTest, HasNeitherSolutionsNorOtherAssignmentsNorWhateverLiesAround) {
  const auto entries = gradescope_bundle(assignment_, {}, {});
  for (const auto& path : paths(entries)) {
    EXPECT_THAT(path, Not(HasSubstr("solution.cpp")));
    EXPECT_THAT(path, Not(HasSubstr("mutants.json")));
    EXPECT_THAT(path, Not(HasSubstr("/variants/")));
    EXPECT_THAT(path, Not(HasSubstr("assignments/shared/template")));
    EXPECT_THAT(path, Not(HasSubstr("/.")));
    EXPECT_TRUE(!path.starts_with("project/assignments/0") ||
                path.starts_with("project/assignments/01-regression/"))
        << path;
  }
}

TEST_F(GradescopeBundleTest, DataFilesLieAsInADataFolder) {
  write_file(folder() / "norris.csv", "1,2\n");
  const auto entries =
      gradescope_bundle(assignment_, {{folder() / "norris.csv", "nist_strd/norris.csv"}}, {});
  EXPECT_EQ(entry(entries, "data/nist_strd/norris.csv").content, "1,2\n");
}

TEST_F(GradescopeBundleTest, ATreeThatIsNotWholeIsAMistake) {
  ::setenv("SPINLAB_ROOT", folder().c_str(), 1);
  EXPECT_THAT(mistake([&] { gradescope_bundle(assignment_, {}, {}); }), HasSubstr("setup.sh: no such file"));
  ::unsetenv("SPINLAB_ROOT");
}

}  // namespace
}  // namespace spinlab::grading
