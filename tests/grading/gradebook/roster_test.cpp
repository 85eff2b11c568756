#include "src/grading/gradebook/roster.h"

#include "src/core/files.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

using testing::HasSubstr;

class RosterTest : public SpinlabTest {
 protected:
  Roster read(const std::string& text) {
    write_file(file_, text);
    return read_roster(file_);
  }
  std::string error(const std::string& text) {
    return mistake([&] { read(text); });
  }
  std::filesystem::path file_ = folder() / "students.csv";
};

TEST_F(RosterTest, ReadsItsColumnsInAnyOrderAndPassesOthersOver) {
  const auto roster =
      read("Name;Section;Student;late_days;E-mail;Submitted\r\nE. N.;A;en;2;en@example.org;\r\nM. C.;B;mc;;;"
           "2026-05-01T12:00Z\r\n");
  ASSERT_EQ(roster.students.size(), 2);
  EXPECT_EQ(roster.students[0].student, "en");
  EXPECT_EQ(roster.students[0].name, "E. N.");
  EXPECT_EQ(roster.students[0].email, "en@example.org");
  ASSERT_EQ(roster.adjustments.size(), 2);
  EXPECT_EQ(roster.adjustments[0].item, kFreeLateDays);
  EXPECT_EQ(roster.adjustments[0].value, "2");
  EXPECT_EQ(roster.adjustments[1].student, "mc");
}

TEST_F(RosterTest, ReadsOtherEncodings) {
  EXPECT_EQ(read("\xEF\xBB\xBFstudent,name\nen,\xC3\x89. N.\n").students.at(0).name, "É. N.");
  EXPECT_EQ(read("student,name\ren,\xC9. N.\r").students.at(0).name, "É. N.");
}

TEST_F(RosterTest, NamesTheLineAtFault) {
  EXPECT_THAT(error("name,section\nE. N.,A\n"), HasSubstr("no column \"student\""));
  EXPECT_THAT(error("student\nen\nmc\nen\n"), HasSubstr("students.csv:4: the student en stands already in line 2"));
  EXPECT_THAT(error("student,name\nen,E\n,M\n"), HasSubstr(":3: the student's id is missing"));
  EXPECT_THAT(error("student\n../../etc/passwd\n"), HasSubstr("can't be the name of a submission"));
  EXPECT_THAT(error("student,late_days\nen,many\n"), HasSubstr(":2: free late days must be a number"));
  EXPECT_THAT(error("student,submitted\nen,yesterday\n"), HasSubstr(":2: \"yesterday\" is no date"));
  EXPECT_THAT(error("student\n"), HasSubstr("lists no students"));
}

}  // namespace
}  // namespace spinlab::grading
