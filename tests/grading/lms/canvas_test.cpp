#include "src/grading/lms/layout.h"

#include "tests/grading/lms/sums.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kExport =
    "Student,ID,SIS User ID,SIS Login ID,Section,Notes,Ising (11),Sums (12),Sums Current Score,Final Score\n"
    ",,,,,,Manual Posting,,,\n"
    "    Points Possible,,,,,,10,5.00,(read only),(read only)\n"
    "\"Noether, Emmy\",101,s1,en,A,,3,,,\n"
    "\"Student, Test\",999,,abc,A,,,,,\n";

Layout layout_of_canvas(const std::string& text) { return canvas_layout(parse_csv(text, "canvas.csv"), sums(), ""); }

TEST(CanvasTest, TheStudentColumnsAndTheAssignmentSGoBack) {
  const auto layout = layout_of_canvas(kExport);
  EXPECT_THAT(layout.columns, ElementsAre(0, 1, 2, 3, 4, 7));
  EXPECT_EQ(layout.grade, 7);
  EXPECT_THAT(layout.kept_rows, ElementsAre(1));
  EXPECT_FALSE(layout.every_student);
}

TEST(CanvasTest, StudentsHaveIdsNamesAndAMaximum) {
  const auto layout = layout_of_canvas(kExport);
  ASSERT_EQ(layout.students.size(), 1);
  EXPECT_THAT(layout.students[0].person.ids, ElementsAre("101", "s1", "en"));
  EXPECT_THAT(layout.students[0].person.names, ElementsAre("Noether, Emmy", "Emmy Noether", "NoetherEmmy"));
  EXPECT_EQ(layout.students[0].maximum, 5);
}

TEST(CanvasTest, FirstAndLastNamesMayBeTwoColumns) {
  const auto layout =
      layout_of_canvas("LastName,FirstName,ID,SIS Login ID,Section,Sums (12)\nNoether,Emmy,101,en,A,\n");
  EXPECT_THAT(layout.students[0].person.names, testing::Contains("Emmy Noether"));
  EXPECT_THAT(layout.free_text, ElementsAre(0, 1));
}

TEST(CanvasTest, AnotherTableIsRefused) {
  EXPECT_THAT(mistake([] { layout_of_canvas("Identifier,Grade\nParticipant 1,\n"); }),
              HasSubstr("no gradebook export of Canvas"));
  EXPECT_THAT(mistake([] { layout_of_canvas("Student,ID,Section,Ising (11)\nx,1,A,\n"); }),
              HasSubstr("--column one of: Ising (11)"));
}

}  // namespace
}  // namespace spinlab::grading
