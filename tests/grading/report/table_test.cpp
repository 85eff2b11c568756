#include "src/grading/report/table.h"

#include "tests/grading/report/sample_grading.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

TEST(TableTest, ColumnsAreAsWideAsTheirWidestCharacters) {
  EXPECT_EQ(columns({{"a", "1", "x"}, {"Zoë", "100", ""}}, {false, true}), "a      1  x\nZoë  100\n");
}

TEST(TableTest, AStudentWithoutAResultHasNoPoints) {
  const auto table = grades_table(sample_grading());
  EXPECT_THAT(table, testing::HasSubstr("ada "));
  EXPECT_THAT(table, testing::ContainsRegex("graded +5 / 5\n"));
  EXPECT_THAT(table, testing::ContainsRegex("max +infrastructure failure +–\n"));
  EXPECT_THAT(table, testing::Not(testing::HasSubstr("\x1B")));
}

}  // namespace
}  // namespace spinlab::grading
