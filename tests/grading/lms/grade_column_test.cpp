#include "src/grading/lms/grade_column.h"

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

using testing::HasSubstr;

judging::Assignment regression() {
  judging::Assignment assignment;
  assignment.name = "01-regression";
  assignment.title = "Linear regression";
  return assignment;
}

std::size_t column_in(const std::vector<std::string>& header, const std::string& column = "") {
  Csv csv;
  csv.header = header;
  std::vector<std::size_t> choices;
  for (std::size_t i = 0; i < header.size(); ++i) choices.push_back(i);
  return grade_column(csv, choices, regression(), column);
}

TEST(GradeColumnTest, TheAssignmentSOwnNameIsFound) {
  EXPECT_EQ(column_in({"Ising (7)", "Homework 1: linear regression (8)"}), 1);
  EXPECT_EQ(column_in({"Assignment: Regression (Real)", "Course total (Real)"}), 0);
}

TEST(GradeColumnTest, ANamedColumnWithOrWithoutItsNumber) {
  EXPECT_EQ(column_in({"HW 1 (7)", "HW 2 (8)"}, "HW 2 (8)"), 1);
  EXPECT_EQ(column_in({"HW 1 (7)", "HW 2 (8)"}, "hw 1"), 0);
}

TEST(GradeColumnTest, NoneOrSeveralAreListed) {
  EXPECT_THAT(mistake([] { column_in({"HW 1 (7)", "HW 2 (8)"}); }),
              HasSubstr("no column is that of Linear regression; give --column one of: HW 1 (7), HW 2 (8)"));
  EXPECT_THAT(mistake([] { column_in({"Regression (7)", "Regression, late (8)", "Ising (9)"}); }),
              HasSubstr("several columns could be that of Linear regression; give --column one of: "
                        "Regression (7), Regression, "
                        "late (8)"));
  EXPECT_THAT(mistake([] { column_in({"HW 1 (7)"}, "HW 3"); }), HasSubstr("no column is that of HW 3"));
}

TEST(PointsFromTest, PointAndCommaAndNothingElse) {
  EXPECT_EQ(points_from("10"), 10);
  EXPECT_EQ(points_from("7.50"), 7.5);
  EXPECT_EQ(points_from("7,5"), 7.5);
  for (const auto* text : {"", "-", "EX", "1.000,5", "10 %", "inf", "nan", "1e3"})
    EXPECT_FALSE(points_from(text).has_value()) << text;
}

}  // namespace
}  // namespace spinlab::grading
