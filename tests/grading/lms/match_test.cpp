#include "src/grading/lms/match.h"

#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<Person> kPeople = {{{"101", "en@example.org"}, {"Noether, Emmy", "noetheremmy"}},
                                     {{"102", "PD7"}, {"Dirac, Paul", "Paul Dirac"}},
                                     {{"103", "pd8"}, {"Dirac, Paul", "Paul Dirac"}}};

Matches match(const std::vector<std::string>& students) { return match_students(kPeople, students); }

TEST(MatchTest, IdsInAnyCaseAndAsFileNames) {
  EXPECT_THAT(match({"pd7", "EN@example.org"}).student_of, ElementsAre(1, 0, std::nullopt));
  EXPECT_THAT(match_students({{{"a/b"}, {}}}, {"a_b"}).student_of, ElementsAre(0));
}

TEST(MatchTest, NamesWhereOnlyOnePersonHasThem) {
  EXPECT_THAT(match({"noether, emmy"}).student_of, ElementsAre(0, std::nullopt, std::nullopt));
  EXPECT_THAT(match({"Paul Dirac"}).ambiguous, ElementsAre(0));
}

TEST(MatchTest, BulkDownloadsAreKnownByTheLmsSNumber) {
  EXPECT_THAT(match({"diracpaul_103_5678_regression", "diracpaul_LATE_102_9_regression-2"}).student_of,
              ElementsAre(std::nullopt, 1, 0));
  EXPECT_THAT(match({"Paul Dirac_103_assignsubmission_file"}).student_of,
              ElementsAre(std::nullopt, std::nullopt, 0));
  EXPECT_THAT(match({"noetheremmy_999_5678_regression"}).unknown, ElementsAre(0));
}

TEST(MatchTest, AFileSNameIsNotTakenForTheLmsSNumber) {
  EXPECT_THAT(match({"diracpaul_103_5678_x_101_1_regression"}).student_of,
              ElementsAre(std::nullopt, std::nullopt, 0));
  EXPECT_THAT(match({"Paul Dirac_103_assignsubmission_file_x_101_assignsubmission_file"}).unknown,
              ElementsAre(0));
}

TEST(MatchTest, TwoWhoAreOnePersonGetNothing) {
  const auto matches = match({"101", "en@example.org", "pd7"});
  EXPECT_THAT(matches.student_of, ElementsAre(std::nullopt, 2, std::nullopt));
  EXPECT_THAT(matches.ambiguous, ElementsAre(0, 1));
  EXPECT_THAT(matches.unknown, IsEmpty());
}

TEST(MatchTest, EmptyIdsMatchNobody) {
  EXPECT_THAT(match_students({{{""}, {""}}}, {"", "_"}).unknown, ElementsAre(0, 1));
}

}  // namespace
}  // namespace spinlab::grading
