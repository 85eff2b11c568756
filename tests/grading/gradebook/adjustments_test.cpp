#include "src/grading/gradebook/adjustments.h"

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

using testing::HasSubstr;

Adjustment said(const std::string& student, const std::string& item, const std::string& value) {
  return {student, item, value, "M. C.", "why not", ""};
}

const std::vector<Adjustment> kRules = {said("", "due", "2026-05-01T23:59+02:00"), said("", kFreeLateDays, "1"),
                                        said("", kLateDeduction, "10%"), said("", "part 2b", "5")};

Breakdown of(std::vector<Adjustment> more, const std::string& submitted_at, double automatic = 20) {
  auto all = kRules;
  all.insert(all.end(), more.begin(), more.end());
  return Adjusted(all).breakdown("en", automatic, submitted_at);
}

TEST(AdjustmentsTest, ThePartsMakeTheTotal) {
  const auto parts = of({said("en", "part 2b", "4"), said("en", kBonus, "1.5")}, "2026-05-04T10:00:00Z");
  EXPECT_EQ(parts.days_late, 3);
  EXPECT_EQ(parts.manual, 4);
  EXPECT_DOUBLE_EQ(parts.late, 2 * 0.1 * 24);
  EXPECT_DOUBLE_EQ(parts.total(), 24 + 1.5 - 4.8);
  EXPECT_EQ(breakdown_text(parts), "20 by checks + 4 for written parts + 1.5 bonus − 4.8 late (3 days)");
}

TEST(AdjustmentsTest, ASecondAfterTheDeadlineIsADay) {
  EXPECT_EQ(of({}, "2026-05-01T21:59:00Z").days_late, 0);
  EXPECT_EQ(of({}, "2026-05-01T21:59:01Z").days_late, 1);
  EXPECT_EQ(of({}, "2026-05-02T21:59:00Z").days_late, 1);
  EXPECT_EQ(of({}, "").days_late, 0);
}

TEST(AdjustmentsTest, AStudentsOwnDaysAndTimeGoBeforeTheClasss) {
  EXPECT_EQ(of({said("en", kFreeLateDays, "9")}, "2026-05-08T00:00:00Z").late, 0);
  EXPECT_EQ(of({said("en", kSubmitted, "2026-04-30T00:00Z")}, "2026-05-08T00:00:00Z").days_late, 0);
}

TEST(AdjustmentsTest, NeverBelowZeroAndTheBonusStays) {
  const auto parts = of({said("en", kBonus, "2")}, "2027-01-01T00:00:00Z");
  EXPECT_EQ(parts.late, 20);
  EXPECT_EQ(parts.total(), 2);
}

TEST(AdjustmentsTest, TheLastCountsAndAnEmptyOneTakesBack) {
  EXPECT_EQ(of({said("en", kBonus, "2"), said("en", kBonus, "3")}, "").bonus, 3);
  EXPECT_EQ(of({said("en", kBonus, "2"), said("en", kBonus, "")}, "").bonus, 0);
  EXPECT_FALSE(of({}, "").parts.at("2b").has_value());
}

TEST(AdjustmentsTest, RefusesWhatDoesNotFit) {
  const auto error = [](const Adjustment& adjustment) {
    return mistake([&] { require_valid(adjustment, Adjusted(kRules)); });
  };
  EXPECT_THAT(error(said("en", "part 2b", "5.5")), HasSubstr("part 2b must be a number from 0 to 5"));
  EXPECT_THAT(error(said("en", "part 2a", "1")), HasSubstr("no written part \"2a\""));
  EXPECT_THAT(error(said("en", kBonus, "nan")), HasSubstr("must be a number"));
  EXPECT_THAT(error(said("en", kBonus, "1e999")), HasSubstr("must be a number"));
  EXPECT_THAT(error(said("", kBonus, "1")), HasSubstr("name one"));
  EXPECT_THAT(error(said("en", kDue, "2026-05-01T23:59Z")), HasSubstr("leave the student out"));
  EXPECT_THAT(error(said("", kLateDeduction, "101%")), HasSubstr("from 0 to 100"));
  EXPECT_THAT(error(said("en", "bonsu", "1")), HasSubstr("no item"));
  EXPECT_THAT(error({"en", kBonus, "1", "M. C.", "", ""}), HasSubstr("--why"));
  EXPECT_THAT(error({"en", kBonus, "1", "", "why", ""}), HasSubstr("--by"));
}

}  // namespace
}  // namespace spinlab::grading
