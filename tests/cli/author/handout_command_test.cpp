#include "src/core/files.h"
#include "tests/cli/run_spinlab.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::cli {
namespace {

using testing::HasSubstr;

class Handout : public SpinlabTest {};

// In a student edition as well, whatever the student has written in the meantime.
TEST_F(Handout, StubsCompileAndEarnNothing) {
  const auto out = folder() / "regression";
  const auto handout = run_spinlab({"handout", "01-regression", "--out", out.string()});
  ASSERT_EQ(handout.code, 0) << handout.err;
  EXPECT_THAT(handout.out, HasSubstr((out / "regression.h").string()));
  const auto check = run_spinlab(
      {"check", "01", "--filter", "SoftThreshold.*", "--file", (out / "regression.cpp").string()});
  EXPECT_EQ(check.code, 1) << check.err;
  EXPECT_THAT(check.out, HasSubstr("soft_threshold is not implemented yet"));
}

TEST_F(Handout, WantsOneAssignmentOrAll) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{{}, {"01-regression", "--all"}}) {
    auto command = arguments;
    command.insert(command.begin(), "handout");
    command.insert(command.end(), {"--out", (folder() / "out").string()});
    const auto handout = run_spinlab(command);
    EXPECT_EQ(handout.code, 2);
    EXPECT_THAT(handout.err, HasSubstr("or give --all"));
  }
}

TEST_F(Handout, AFullFolderIsLeftAlone) {
  write_file(folder() / "full/notes.txt", "mine");
  for (const auto* what : {"01-regression", "--all"}) {
    const auto handout = run_spinlab({"handout", what, "--out", (folder() / "full").string()});
    EXPECT_EQ(handout.code, 2);
  }
  EXPECT_EQ(read_file(folder() / "full/notes.txt", 100), "mine");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder() / "full"), fs::directory_iterator()), 1);
}

}  // namespace
}  // namespace spinlab::cli
