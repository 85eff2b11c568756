#include "src/judging/rubric.h"

#include <c10/util/Exception.h>

#include "src/core/files.h"
#include "tests/judging/sample_assignment.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

using testing::HasSubstr;

bool all_data(const std::string&) { return true; }
bool no_data(const std::string&) { return false; }

class RubricTest : public SpinlabTest {
 protected:
  Assignment assignment_ = write_sample_assignment(folder());
};

TEST_F(RubricTest, AllChecksCountWhereAllDataAreThere) {
  const auto rubric = make_rubric(assignment_, "*", all_data, false);
  EXPECT_EQ(rubric.counted.size(), 3);
  EXPECT_TRUE(rubric.left_out.empty());
}

TEST_F(RubricTest, MissingDataAreRefusedWithTheRemedyOrLeftOut) {
  try {
    make_rubric(assignment_, "*", no_data, false);
    FAIL() << "a missing data set was accepted";
  } catch (const c10::ValueError& error) {
    EXPECT_THAT(error.what_without_backtrace(), HasSubstr("./spinlab data fetch iris"));
  }
  const auto rubric = make_rubric(assignment_, "*", no_data, true);
  EXPECT_EQ(rubric.counted.size(), 2);
  ASSERT_EQ(rubric.left_out.size(), 1);
  EXPECT_EQ(rubric.left_out[0].check.name, "Mean.OfOnes");
  EXPECT_THAT(rubric.left_out[0].reason, HasSubstr("iris"));
}

TEST_F(RubricTest, AFilterThatLeavesNothingIsRefused) {
  EXPECT_EQ(make_rubric(assignment_, "Sum.*", no_data, true).counted.size(), 1);
  EXPECT_THROW(make_rubric(assignment_, "Nothing.*", all_data, false), c10::ValueError);
}

TEST_F(RubricTest, TheHashChangesWithWhatDecidesAndOnlyThen) {
  const auto rubric = make_rubric(assignment_, "*", all_data, false);
  const auto before = rubric_sha256(assignment_, rubric);
  write_file(assignment_.folder / "README.md", "another text\n");
  write_file(assignment_.folder / "solution.cpp", "another solution\n");
  EXPECT_EQ(rubric_sha256(assignment_, rubric), before);
  EXPECT_NE(rubric_sha256(assignment_, make_rubric(assignment_, "Sum.*", all_data, false)), before);
  write_file(assignment_.folder / "hidden_checks.cpp", "another check\n");
  EXPECT_NE(rubric_sha256(assignment_, rubric), before);
}

}  // namespace
}  // namespace spinlab::judging
