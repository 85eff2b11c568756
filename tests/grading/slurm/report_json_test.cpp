#include "src/grading/slurm/report_json.h"

#include <c10/util/Exception.h>

#include "src/core/files.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

class ReportJsonTest : public SpinlabTest {
 protected:
  judging::Report there_and_back(const judging::Report& report) const {
    write_file(folder() / "report.json", report_text(report));
    return read_report(folder() / "report.json");
  }
};

TEST_F(ReportJsonTest, EverythingComesBack) {
  judging::Report report;
  report.verdict = judging::Verdict::kGraded;
  report.detail = "two\nlines";
  report.checks = {{"Sum.OfOnes", judging::Outcome::kPassed, "", 0.25},
                   {"Sum.OfTwos", judging::Outcome::kTimedOut, "after 5 s", 5}};
  report.seed = 18446744073709551615U;
  report.layers = {{"seccomp", {{"holds", true}, {"detail", "80 calls"}}}};
  report.compile_seconds = 0.7;
  report.check_seconds = 5.5;
  const auto again = there_and_back(report);
  EXPECT_EQ(report_text(again), report_text(report));
  EXPECT_EQ(again.seed, report.seed);
  ASSERT_EQ(again.checks.size(), 2);
  EXPECT_EQ(again.checks[1].outcome, judging::Outcome::kTimedOut);
  EXPECT_EQ(again.checks[1].message, "after 5 s");
  EXPECT_EQ(again.layers, report.layers);
}

TEST_F(ReportJsonTest, BytesThatAreNoTextStayOutOfIt) {
  judging::Report report;
  report.detail = "a\xFF";
  EXPECT_EQ(there_and_back(report).detail, "a\uFFFD");
}

TEST_F(ReportJsonTest, AnotherFileIsRefused) {
  for (const auto* text : {"", "[]", "{}", R"({"verdict": "fine"})"}) {
    write_file(folder() / "report.json", text);
    EXPECT_THROW(read_report(folder() / "report.json"), c10::ValueError) << text;
  }
}

}  // namespace
}  // namespace spinlab::grading
