#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace spinlab::grading {

/// Something that people decided about grades. All are kept; of a student's item the last value counts, an
/// empty one takes it back.
struct Adjustment {
  std::string student;  // empty for the whole class
  std::string item;     // see the constants below
  std::string value;
  std::string who;
  std::string why;
  std::string made_at;  // UTC, ISO 8601
};

/// A written part's points, "part 2b"; for the class its maximum.
constexpr auto kPart = "part ";
/// A student's points on top, which nothing reduces.
constexpr auto kBonus = "bonus";
/// The class's deadline: date, time and zone.
constexpr auto kDue = "due";
/// A student's submission time where the file's does not say it.
constexpr auto kSubmitted = "submitted";
/// Days late that cost nothing: the class's, or a student's own in their place.
constexpr auto kFreeLateDays = "free late days";
/// What each further day costs the class's: points ("2.5") or a share of the points earned ("10%").
constexpr auto kLateDeduction = "late deduction";

/// What a student's points are made of.
struct Breakdown {
  double automatic = 0;
  double manual = 0;
  double bonus = 0;
  double late = 0;                                     // taken off; at most automatic + manual
  std::int64_t days_late = 0;                          // begun days after the deadline, free ones included
  std::map<std::string, std::optional<double>> parts;  // written parts by name; those without points are open
  double total() const { return automatic + manual + bonus - late; }
};

/// Whether there is more to it than the checks' points.
bool is_adjusted(const Breakdown& breakdown);
/// "14 by checks + 4 for written parts + 2 bonus − 1.5 late (2 days)", without what is 0.
std::string breakdown_text(const Breakdown& breakdown);

/// The adjustments in force.
class Adjusted {
 public:
  explicit Adjusted(const std::vector<Adjustment>& history);

  /// `submitted_at` in ISO 8601, empty where unknown: then nothing is late.
  Breakdown breakdown(const std::string& student, double automatic, const std::string& submitted_at) const;
  /// All written parts' points together.
  double written_maximum() const;
  /// By student (empty: the class) and item.
  std::optional<std::string> value(const std::string& student, const std::string& item) const;
  /// Names of the written parts.
  std::vector<std::string> parts() const;

 private:
  double number(const std::string& student, const std::string& item) const;
  std::int64_t days_late(const std::string& student, const std::string& submitted_at) const;
  double deduction(const std::string& student, std::int64_t days_late, double earned) const;

  std::map<std::pair<std::string, std::string>, std::string> values_;
};

/// Throws c10::ValueError where the item is unknown or not a student's (the class's), the value is none or
/// impossible (above a part's maximum, not a number), or who or why is missing.
void require_valid(const Adjustment& adjustment, const Adjusted& before);

}  // namespace spinlab::grading
