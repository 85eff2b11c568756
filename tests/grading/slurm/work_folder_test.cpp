#include "src/grading/slurm/work_folder.h"

#include <c10/util/Exception.h>

#include "src/core/files.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

class WorkFolderTest : public SpinlabTest {
 protected:
  WorkFolder work_ = WorkFolder(folder() / "work");
};

TEST_F(WorkFolderTest, WorkComesBack) {
  work_.put({"/course/assignments/00-sums", "abc", "Sum.*", 7, true, false, 3, {"s1", "s2"}});
  const auto work = work_.work();
  EXPECT_EQ(work.assignment, "/course/assignments/00-sums");
  EXPECT_EQ(work.filter, "Sum.*");
  EXPECT_EQ(work.seed, 7);
  EXPECT_TRUE(work.allow_missing_data);
  EXPECT_EQ(work.tasks, 3);
  EXPECT_THAT(work.sources, testing::ElementsAre("s1", "s2"));
}

TEST_F(WorkFolderTest, OnlyAVerdictIsAResult) {
  EXPECT_FALSE(work_.has_result("s1"));
  EXPECT_THAT(work_.report("s1").detail, testing::HasSubstr("ended without a result"));
  judging::Report report;
  report.detail = "no sandbox";
  work_.put_report("s1", report);
  EXPECT_FALSE(work_.has_result("s1"));
  EXPECT_EQ(work_.report("s1").detail, "no sandbox");
  report.verdict = judging::Verdict::kCompileError;
  work_.put_report("s1", report);
  EXPECT_TRUE(work_.has_result("s1"));
}

TEST_F(WorkFolderTest, AFolderWithoutWorkIsRefused) {
  EXPECT_THROW(work_.work(), c10::ValueError);
  write_file(work_.path() / "work.json", R"({"tasks": 0})");
  EXPECT_THROW(work_.work(), c10::ValueError);
}

}  // namespace
}  // namespace spinlab::grading
