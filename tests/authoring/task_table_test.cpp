#include "src/authoring/task_table.h"

#include "src/authoring/handout.h"
#include "src/core/files.h"
#include "tests/judging/sample_assignment.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::authoring {
namespace {

class TaskTableTest : public SpinlabTest {
 protected:
  judging::Assignment assignment_ = judging::write_sample_with_answers(folder());
};

constexpr auto kTable =
    "| task | function | points | thereof hidden |\n|---|---|---|---|\n| 1 | `sum` | 2 | 0 |\n"
    "| 2 | `mean` | 4.5 | 3 |\n| 3 | `answers.json` | 5 | 5 |\n";

TEST_F(TaskTableTest, AddsUpWhatEachTaskIsWorth) { EXPECT_EQ(task_table(assignment_), kTable); }

TEST_F(TaskTableTest, JoinsFunctionsAndNamesATaskWithoutAny) {
  assignment_.tasks[0].functions = {"sum", "total"};
  assignment_.tasks[1].functions = {};
  const auto table = task_table(assignment_);
  EXPECT_THAT(table, testing::HasSubstr("| 1 | `sum`, `total` | 2 | 0 |\n| 2 | Means | 4.5 | 3 |\n"));
}

TEST_F(TaskTableTest, StandsInTheHandoutsReadme) {
  EXPECT_THAT(
      handout_files(assignment_).at("README.md"),
      testing::EndsWith(std::string("\n\n") + kTable + "\n## 1. Sums\n\n## 2. Means\n\n## 3. Questions\n"));
}

}  // namespace
}  // namespace spinlab::authoring
