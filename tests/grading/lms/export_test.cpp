#include "src/grading/lms/export.h"

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Grade grade_of(const std::string& student, double earned, judging::Verdict verdict = judging::Verdict::kGraded) {
  Grade grade;
  grade.key.student = student;
  grade.report.verdict = verdict;
  grade.score = {earned, 5};
  return grade;
}

/// People 0, 1, … of a table "id,name,grade", whose cell of the grade is given.
struct Table {
  explicit Table(std::vector<std::string> cells) {
    csv.header = {"id", "name", "grade"};
    layout.lms = "Canvas";
    layout.columns = {0, 1, 2};
    layout.free_text = {1};
    layout.grade = 2;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const auto id = std::to_string(i);
      csv.rows.push_back({id, "=name" + id, cells[i]});
      layout.students.push_back({i, {{id}, {}}, "name" + id, 5.0});
    }
  }

  LmsExport fill(const std::vector<Grade>& grades, const ExportOptions& options = {}) {
    return fill_table(csv, layout, grades, options);
  }

  Csv csv;
  Layout layout;
};

TEST(FillTableTest, PointsGoToTheirPeopleAndOthersStayOut) {
  Table table({"", "3", ""});
  const auto result = table.fill({grade_of("1", 4.5), grade_of("emmy", 1)});
  EXPECT_EQ(result.text, "id,name,grade\r\n1,'=name1,4.5\r\n");
  EXPECT_EQ(result.written, 1);
  EXPECT_THAT(result.unknown, ElementsAre("emmy"));
  EXPECT_THAT(result.without_submission, ElementsAre("name0", "name2"));
}

TEST(FillTableTest, AWorksheetKeepsEveryRow) {
  Table table({"", "3"});
  table.layout.every_student = true;
  EXPECT_EQ(table.fill({grade_of("0", 1)}).text, "id,name,grade\r\n0,'=name0,1\r\n1,'=name1,3\r\n");
}

TEST(FillTableTest, TheRostersIdGoesBeforeTheStudentsName) {
  Table table({"", "", ""});
  const auto result = table.fill({grade_of("0", 1), grade_of("emmy", 2)}, {.lms_ids = {{"0", "2"}, {"emmy", "1"}}});
  EXPECT_EQ(result.text, "id,name,grade\r\n1,'=name1,2\r\n2,'=name2,1\r\n");
}

TEST(FillTableTest, AnInfrastructureFailureIsNoZero) {
  Table table({"", ""});
  const auto result = table.fill({grade_of("0", 0, judging::Verdict::kInfrastructureFailure), grade_of("1", 0)});
  EXPECT_THAT(result.no_result, ElementsAre("0"));
  EXPECT_EQ(result.text, "id,name,grade\r\n1,'=name1,0\r\n");
}

TEST(FillTableTest, WhoHandedNothingInKeepsWhatTheLmsHas) {
  const std::vector<Grade> grades{grade_of("0", 0, judging::Verdict::kMissing), grade_of("1", 0, judging::Verdict::kMissing),
                                  grade_of("2", 4)};
  Table canvas({"", "3", ""});
  const auto result = canvas.fill(grades);
  EXPECT_EQ(result.text, "id,name,grade\r\n2,'=name2,4\r\n");
  EXPECT_THAT(result.missing, ElementsAre("0", "1"));
  EXPECT_THAT(result.without_submission, IsEmpty());
  EXPECT_EQ(result.written, 1);
  Table worksheet({"", "3", ""});
  worksheet.layout.every_student = true;
  EXPECT_EQ(worksheet.fill(grades).text, "id,name,grade\r\n0,'=name0,\r\n1,'=name1,3\r\n2,'=name2,4\r\n");
}

TEST(FillTableTest, AskedForAZeroIsWrittenWhereTheLmsHasNoGrade) {
  Table table({"", "-", "3", "0", "EX"});
  std::vector<Grade> grades;
  for (const auto* student : {"0", "1", "2", "3", "4"}) grades.push_back(grade_of(student, 0, judging::Verdict::kMissing));
  const auto result = table.fill(grades, {.missing_as_zero = true});
  EXPECT_EQ(result.text, "id,name,grade\r\n0,'=name0,0\r\n1,'=name1,0\r\n");
  EXPECT_THAT(result.zeroes, ElementsAre("0", "1"));
  EXPECT_THAT(result.missing, ElementsAre("2", "3", "4"));
}

TEST(FillTableTest, PointsThatPeopleGaveCountWithoutASubmission) {
  auto part = grade_of("0", 0, judging::Verdict::kMissing), bonus = grade_of("1", 2, judging::Verdict::kMissing),
       open = grade_of("2", 0, judging::Verdict::kMissing);
  part.breakdown.parts = {{"derivation", 0}};
  bonus.breakdown.bonus = 2;
  open.breakdown.parts = {{"derivation", std::nullopt}};
  Table table({"", "", ""});
  const auto result = table.fill({part, bonus, open});
  EXPECT_EQ(result.text, "id,name,grade\r\n0,'=name0,0\r\n1,'=name1,2\r\n");
  EXPECT_THAT(result.missing, ElementsAre("2"));
}

TEST(FillTableTest, ExcusedAndUnassignedStudentsAreLeftAlone) {
  Table table({"EX", "N/A", ""});
  const auto result = table.fill({grade_of("0", 1), grade_of("1", 1), grade_of("2", 1)});
  EXPECT_THAT(result.left_alone, ElementsAre("0 (EX)", "1 (N/A)"));
  EXPECT_EQ(result.written, 1);
}

TEST(FillTableTest, AnotherMaximumIsRefusedOrScaled) {
  Table table({""});
  table.layout.students[0].maximum = 100;
  EXPECT_THAT(mistake([&] { table.fill({grade_of("0", 4.5)}); }),
              HasSubstr("Canvas counts 100 points, the gradebook 5"));
  EXPECT_THAT(table.fill({grade_of("0", 4.5)}, {.scale = true}).text, HasSubstr("0,'=name0,90\r\n"));
}

TEST(FillTableTest, AWorksheetTakesNoMoreThanItsMaximum) {
  Table table({""});
  table.layout.every_student = true;
  const auto result = table.fill({grade_of("0", 6)});
  EXPECT_THAT(result.left_alone, ElementsAre("0 (6 points)"));
  EXPECT_THAT(result.text, HasSubstr("0,'=name0,\r\n"));
}

TEST(FillTableTest, WhatTheLmsMatchesByGoesBackAsItCame) {
  Table table({""});
  table.csv.rows[0][0] = "+49 30";
  table.layout.students[0].person.ids = {"+49 30"};
  EXPECT_THAT(table.fill({grade_of("+49 30", 1)}).text, HasSubstr("\r\n+49 30,"));
}

TEST(FillTableTest, DelimiterAndByteOrderMarkAreTheTableS) {
  Table table({""});
  table.csv.delimiter = ';';
  table.csv.byte_order_mark = true;
  EXPECT_THAT(table.fill({grade_of("0", 1)}).text, testing::StartsWith("\xEF\xBB\xBFid;name;grade\r\n"));
}

TEST(FillTableTest, ATableInWhichNobodyIsFoundIsAMistake) {
  Table table({""});
  EXPECT_THAT(mistake([&] { table.fill({grade_of("emmy", 1)}); }),
              HasSubstr("none of the gradebook's 1 students is in Canvas's table: they are called emmy"));
}

TEST(OwnTableTest, NamesAreLoginsUnlessTheyAreFormulas) {
  const std::vector<Grade> grades = {grade_of("en", 4), grade_of("=1+1", 5),
                                     grade_of("pd", 0, judging::Verdict::kInfrastructureFailure),
                                     grade_of("mc", 0, judging::Verdict::kMissing)};
  const auto canvas = canvas_table(grades, "Sums");
  EXPECT_EQ(
      canvas.text,
      "Student,ID,SIS User ID,SIS Login ID,Section,Sums\r\n    Points Possible,,,,,5\r\nen,,,en,,4\r\n");
  EXPECT_THAT(canvas.unknown, ElementsAre("=1+1"));
  EXPECT_THAT(canvas.no_result, ElementsAre("pd"));
  EXPECT_THAT(canvas.missing, ElementsAre("mc"));
  EXPECT_EQ(moodle_table(grades, "Sums").text, "Username,Sums\r\nen,4\r\n");
}

}  // namespace
}  // namespace spinlab::grading
