#include "src/authoring/project_files.h"

#include <c10/util/Exception.h>

#include "src/core/files.h"
#include "src/core/find_program.h"
#include "src/judging/sandbox/captured_run.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::authoring {
namespace {

using testing::HasSubstr;
using testing::UnorderedElementsAre;

class ProjectFilesTest : public SpinlabTest {
 protected:
  ProjectFilesTest() {
    for (const auto* name :
         {"README.md", "src/a b.cpp", "src/x.h", "build/x.o", ".secret/key", "src/__pycache__/x"})
      write_file(folder() / name, "x");
  }
  void git(std::vector<std::string> arguments) const {
    const auto program = find_program("git");
    if (program.empty()) GTEST_SKIP() << "git is not installed";
    arguments.insert(arguments.begin(), {program, "-C", folder()});
    const auto run =
        sandbox::run_captured(arguments, std::chrono::steady_clock::now() + std::chrono::minutes(1), 1 << 16);
    ASSERT_EQ(run.status, 0) << run.text;
  }
};

TEST_F(ProjectFilesTest, OfAReleaseAreAllButWhatIsMadeOrHidden) {
  EXPECT_THAT(project_files(folder()), UnorderedElementsAre("README.md", "src/a b.cpp", "src/x.h"));
}

TEST_F(ProjectFilesTest, OfACheckoutAreThoseThatGitTracks) {
  git({"init", "-q"});
  git({"add", "README.md", "src/a b.cpp"});
  EXPECT_THAT(project_files(folder()), UnorderedElementsAre("README.md", "src/a b.cpp"));
}

TEST_F(ProjectFilesTest, ADamagedCheckoutIsNoRelease) {
  std::filesystem::create_directories(folder() / ".git");
  EXPECT_THAT(mistake([&] { project_files(folder()); }), HasSubstr("git does not list its files"));
}

}  // namespace
}  // namespace spinlab::authoring
