#include "src/grading/report/html_report.h"

#include "src/core/files.h"
#include "tests/grading/report/sample_grading.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

class HtmlReportTest : public SpinlabTest {
 protected:
  HtmlReportTest() : grading_(sample_grading()) { grading_.grades[1].key.student = "=1+1 <script>"; }

  Grading grading_;
};

TEST_F(HtmlReportTest, APageAStudentAndOneForTheClass) {
  write_html_report(grading_, folder());
  EXPECT_TRUE(fs::exists(folder() / "index.html"));
  for (const auto* student : {"ada", "=1+1 <script>", "max"})
    EXPECT_TRUE(fs::exists(folder() / "students" / (student + std::string(".html")))) << student;
}

TEST_F(HtmlReportTest, PagesOfOthersGoAndOtherFilesStay) {
  write_file(folder() / "students" / "emmy.html", "of an earlier run");
  write_file(folder() / "students" / "notes.txt", "the instructor's");
  write_html_report(grading_, folder());
  EXPECT_FALSE(fs::exists(folder() / "students" / "emmy.html"));
  EXPECT_TRUE(fs::exists(folder() / "students" / "notes.txt"));
  grading_.grades.clear();
  write_html_report(grading_, folder());
  EXPECT_FALSE(fs::exists(folder() / "students" / "ada.html"));
}

}  // namespace
}  // namespace spinlab::grading
