#include "src/authoring/master.h"

#include <c10/util/Exception.h>

#include "tests/support/spinlab_test.h"

namespace spinlab::authoring {
namespace {

using testing::HasSubstr;

std::string error(const std::string& text) {
  try {
    Master::parse(text, "solution.cpp");
  } catch (const c10::ValueError& error) {
    return error.what_without_backtrace();
  }
  return "";
}

TEST(MasterTest, ANamedRegionThrowsWithItsHintAbove) {
  const auto master = Master::parse(
      "int f() {\n  // BEGIN SOLUTION f: count twice\n  return 2;\n  // END SOLUTION\n}\n", "s");
  EXPECT_EQ(master.stubbed(), "int f() {\n  // count twice\n  throw spinlab::NotImplemented(\"f\");\n}\n");
}

TEST(MasterTest, AnUnnamedRegionLeavesNothing) {
  const auto master = Master::parse("// BEGIN SOLUTION\nint helper;\n// END SOLUTION\nint given;\n", "s");
  EXPECT_EQ(master.stubbed(), "int given;\n");
}

TEST(MasterTest, StubLinesStandInPlaceOfTheThrow) {
  const auto master = Master::parse(
      "  // BEGIN SOLUTION f\n  // STUB int x = 0;\n  // STUB return x;\n  return 2;\n  // END SOLUTION\n",
      "s");
  EXPECT_EQ(master.stubbed(), "  int x = 0;\n  return x;\n");
}

TEST(MasterTest, QualifiedNamesKeepTheirColons) {
  const auto master = Master::parse("// BEGIN SOLUTION Net::forward: use relu\n// END SOLUTION\n", "s");
  EXPECT_EQ(master.stubbed(), "// use relu\nthrow spinlab::NotImplemented(\"Net::forward\");\n");
}

TEST(MasterTest, WindowsLineEndsAreUnderstood) {
  EXPECT_FALSE(
      has_marker(Master::parse("// BEGIN SOLUTION f\r\nsecret\r\n// END SOLUTION\r\n", "s").stubbed()));
}

TEST(MasterTest, EveryIllFormedMasterNamesTheLine) {
  EXPECT_THAT(error("int x;\n"), HasSubstr("no solution region"));
  EXPECT_THAT(error("\n// BEGIN SOLUTION f\nx\n"),
              AllOf(HasSubstr("solution.cpp:2"), HasSubstr("not closed")));
  EXPECT_THAT(error("\n\n// END SOLUTION\n"),
              AllOf(HasSubstr("solution.cpp:3"), HasSubstr("no region is open")));
  EXPECT_THAT(error("// BEGIN SOLUTION f\n// BEGIN SOLUTION g\n// END SOLUTION\n"),
              AllOf(HasSubstr("solution.cpp:2"), HasSubstr("do not nest")));
  EXPECT_THAT(error("// STUB x\n// BEGIN SOLUTION f\n// END SOLUTION\n"), HasSubstr("solution.cpp:1"));
  EXPECT_THAT(error("int x; // BEGIN SOLUTION f\n// END SOLUTION\n"), HasSubstr("stands alone"));
  EXPECT_THAT(error("//BEGIN SOLUTION f\n// END SOLUTION\n"), HasSubstr("solution.cpp:1"));
  EXPECT_THAT(error("// BEGIN SOLUTIONS f\n// END SOLUTION\n"), HasSubstr("solution.cpp:1"));
}

TEST(MasterTest, AMutantReplacesTheOneOccurrenceInARegion) {
  const auto master =
      Master::parse("a = 1;\n// BEGIN SOLUTION f\na = 1;\nb = 2;\nb = 2;\n// END SOLUTION\n", "s");
  EXPECT_EQ(master.mutated("a = 1", "a = 3", "m"), "a = 1;\na = 3;\nb = 2;\nb = 2;\n");
  EXPECT_THROW(master.mutated("b = 2", "b = 3", "twice"), c10::ValueError);
  EXPECT_THROW(master.mutated("c = 2", "b = 3", "nowhere"), c10::ValueError);
}

}  // namespace
}  // namespace spinlab::authoring
