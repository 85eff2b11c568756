#include "src/grading/report/grades_csv.h"

#include "tests/grading/report/sample_grading.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

TEST(GradesCsvTest, ARowAStudentWithThePointsOfEachCheck) {
  const auto csv = grades_csv(sample_grading());
  EXPECT_THAT(csv, testing::StartsWith(
                       "student,verdict,points,max_points,automatic,manual,bonus,late,Sum.OfOnes,Mean.OfIris,Mean.SecretlyNegative,"
                       "seed,graded_at,detail\r\n"
                       "ada,graded,5,5,5,0,0,0,2,,3,7,2025-01-02T03:04:05Z,\r\n"));
  EXPECT_THAT(csv, testing::EndsWith("max,infrastructure failure,,5,,,,,,,,7,2025-01-02T03:04:05Z,\r\n"));
}

TEST(GradesCsvTest, AHostileNameIsNoFormula) {
  EXPECT_THAT(grades_csv(sample_grading()),
              testing::HasSubstr("\r\n\"'=1+1<script>alert('x')</script>,\"\"\",graded,0,5,0,0,0,0,0,,0,7,"));
}

}  // namespace
}  // namespace spinlab::grading
