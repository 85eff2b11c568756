#include "src/grading/lms/layout.h"

#include "tests/grading/lms/sums.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kWorksheet =
    "Identifier,\"Full name\",\"ID number\",\"Email address\",Status,Grade,\"Maximum Grade\",\"Grade can be "
    "changed\","
    "\"Last modified (submission)\",\"Online text\",\"Last modified (grade)\",\"Feedback comments\"\n"
    "\"Participant 101\",\"Emmy Noether\",s1,en@example.org,Submitted,,5.00,Yes,-,,-,\n";

Layout layout_of_moodle(const std::string& text) { return moodle_layout(parse_csv(text, "moodle.csv"), sums(), ""); }

TEST(MoodleTest, AWorksheetGoesBackWhole) {
  const auto layout = layout_of_moodle(kWorksheet);
  EXPECT_EQ(layout.columns.size(), 12);
  EXPECT_EQ(layout.grade, 5);
  EXPECT_TRUE(layout.every_student);
  EXPECT_THAT(layout.free_text, ElementsAre(1, 9));
  ASSERT_EQ(layout.students.size(), 1);
  EXPECT_THAT(layout.students[0].person.ids, ElementsAre("101", "s1", "", "en@example.org"));
  EXPECT_THAT(layout.students[0].person.names, testing::Contains("en"));
  EXPECT_EQ(layout.students[0].maximum, 5);
}

TEST(MoodleTest, OfAGradebookTheActivitySColumnGoesBack) {
  const auto layout = layout_of_moodle(
      "\"First name\",\"Last name\",\"ID number\",\"Email address\",\"Assignment: Ising "
      "(Real)\",\"Assignment: Sums (Real)\","
      "\"Last downloaded from this course\"\nEmmy,Noether,s1,en@example.org,1.00,-,1700000000\n");
  EXPECT_THAT(layout.columns, ElementsAre(0, 1, 2, 3, 5));
  EXPECT_FALSE(layout.every_student);
  EXPECT_EQ(layout.students[0].name, "Emmy Noether");
}

TEST(MoodleTest, AnotherTableIsRefused) {
  EXPECT_THAT(mistake([] { layout_of_moodle("Kennung,Bewertung\n1,\n"); }), HasSubstr("no table of Moodle"));
  EXPECT_THAT(mistake([] { layout_of_moodle("Identifier,Bewertung\n1,\n"); }),
              HasSubstr("no grading worksheet of Moodle"));
}

}  // namespace
}  // namespace spinlab::grading
