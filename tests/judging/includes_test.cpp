#include "src/judging/includes.h"

#include <stdlib.h>

#include "src/core/files.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

using testing::ElementsAre;

TEST(QuotedIncludes, AreFoundInTheirOrderAndNoOthers) {
  EXPECT_THAT(quoted_includes("#include <cmath>\n#include \"b.h\"\n  # include  \"x/a.h\"  // why\n"
                              "// #include \"old.h\"\nconst auto text = \"#include\";\n"),
              ElementsAre("b.h", "x/a.h"));
}

class IncludedFileTest : public SpinlabTest {};

TEST_F(IncludedFileTest, LiesBesideOrInTheProject) {
  ::setenv("SPINLAB_ROOT", folder().c_str(), 1);
  write_file(folder() / "shared/draws.h", "");
  write_file(folder() / "one/own.h", "");
  write_file(folder() / "one/shared/draws.h", "");
  EXPECT_EQ(included_file(folder() / "one/checks.cpp", "own.h"), folder() / "one/own.h");
  EXPECT_EQ(included_file(folder() / "one/checks.cpp", "shared/draws.h"), folder() / "one/shared/draws.h");
  EXPECT_EQ(included_file(folder() / "two/checks.cpp", "shared/draws.h"), folder() / "shared/draws.h");
  EXPECT_EQ(included_file(folder() / "two/checks.cpp", "own.h"), std::nullopt);
  ::unsetenv("SPINLAB_ROOT");
}

}  // namespace
}  // namespace spinlab::judging
