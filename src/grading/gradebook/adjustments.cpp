#include "src/grading/gradebook/adjustments.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "src/core/config.h"
#include "src/core/utc_time.h"
#include "src/core/escape.h"
#include "src/judging/score.h"

namespace spinlab::grading {
namespace {

constexpr double kMaxPoints = 1e4;
constexpr double kMaxDays = 3650;
constexpr std::int64_t kDay = 86400;
constexpr std::size_t kMaxText = 1000;

bool is_part(const std::string& item) { return item.starts_with(kPart) && item.size() > 5; }

std::optional<double> parse_number(const std::string& text) {
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

bool is_share(const std::string& text) { return text.ends_with('%'); }

double require_number(const Adjustment& adjustment, const std::string& text, double low, double high) {
  const auto value = parse_number(text);
  TORCH_CHECK_VALUE(value && *value >= low && *value <= high, adjustment.item, " must be a number from ",
                    judging::points_text(low), " to ", judging::points_text(high), ", got \"", one_line(adjustment.value, 40),
                    "\"");
  return *value;
}

void require_part(const Adjustment& adjustment, const Adjusted& before) {
  if (adjustment.student.empty()) {
    require_number(adjustment, adjustment.value, 0, kMaxPoints);
    return;
  }
  const auto maximum = before.value("", adjustment.item);
  const auto name = adjustment.item.substr(5);
  TORCH_CHECK_VALUE(maximum, "there is no written part \"", one_line(name, 60), "\"",
                    did_you_mean(name, before.parts()), "; make it by giving its maximum for the class: --part ",
                    one_line(name, 60), " --max POINTS");
  require_number(adjustment, adjustment.value, 0, parse_number(*maximum).value_or(0));
}

void require_text(const std::string& what, const std::string& text) {
  TORCH_CHECK_VALUE(!text.empty() && text.size() <= kMaxText, what, " must say something, in at most ", kMaxText,
                    " bytes: it is kept with the change");
}

void require_value(const Adjustment& adjustment, const Adjusted& before) {
  const auto& [student, item, value] = std::tie(adjustment.student, adjustment.item, adjustment.value);
  if (value.empty()) return;  // taken back
  if (is_part(item)) return require_part(adjustment, before);
  if (item == kBonus) return (void)require_number(adjustment, value, -kMaxPoints, kMaxPoints);
  if (item == kFreeLateDays) return (void)require_number(adjustment, value, 0, kMaxDays);
  if (item == kDue || item == kSubmitted) return (void)parse_utc_time(value);
  const bool share = is_share(value);
  require_number(adjustment, share ? value.substr(0, value.size() - 1) : value, 0, share ? 100 : kMaxPoints);
}

}  // namespace

bool is_adjusted(const Breakdown& breakdown) {
  return !breakdown.parts.empty() || breakdown.bonus != 0 || breakdown.late != 0;
}

std::string breakdown_text(const Breakdown& breakdown) {
  auto text = judging::points_text(breakdown.automatic) + " by checks";
  if (!breakdown.parts.empty()) text += " + " + judging::points_text(breakdown.manual) + " for written parts";
  if (breakdown.bonus != 0)
    text += (breakdown.bonus < 0 ? " − " : " + ") + judging::points_text(std::abs(breakdown.bonus)) + " bonus";
  if (breakdown.late != 0)
    text += " − " + judging::points_text(breakdown.late) + " late (" + std::to_string(breakdown.days_late) + " days)";
  return text;
}

Adjusted::Adjusted(const std::vector<Adjustment>& history) {
  for (const auto& entry : history) values_[{entry.student, entry.item}] = entry.value;
  std::erase_if(values_, [](const auto& item) { return item.second.empty(); });
}

std::optional<std::string> Adjusted::value(const std::string& student, const std::string& item) const {
  const auto found = values_.find({student, item});
  return found == values_.end() ? std::nullopt : std::optional(found->second);
}

double Adjusted::number(const std::string& student, const std::string& item) const {
  return parse_number(value(student, item).value_or("0")).value_or(0);
}

std::vector<std::string> Adjusted::parts() const {
  std::vector<std::string> names;
  for (const auto& [key, maximum] : values_) {
    if (key.first.empty() && is_part(key.second)) names.push_back(key.second.substr(5));
  }
  return names;
}

double Adjusted::written_maximum() const {
  double sum = 0;
  for (const auto& name : parts()) sum += number("", kPart + name);
  return sum;
}

Breakdown Adjusted::breakdown(const std::string& student, double automatic,
                              const std::string& submitted_at) const {
  Breakdown result;
  result.automatic = automatic;
  for (const auto& name : parts()) {
    auto& points = result.parts[name];
    if (value(student, kPart + name)) points = number(student, kPart + name);
    result.manual += points.value_or(0);
  }
  result.bonus = number(student, kBonus);
  result.days_late = days_late(student, submitted_at);
  result.late = deduction(student, result.days_late, automatic + result.manual);
  return result;
}

std::int64_t Adjusted::days_late(const std::string& student, const std::string& submitted_at) const {
  const auto due = value("", kDue);
  const auto submitted = value(student, kSubmitted).value_or(submitted_at);
  if (!due || submitted.empty()) return 0;
  const auto seconds = parse_utc_time(submitted) - parse_utc_time(*due);
  return seconds <= 0 ? 0 : (seconds + kDay - 1) / kDay;
}

double Adjusted::deduction(const std::string& student, std::int64_t days_late, double earned) const {
  const auto free = value(student, kFreeLateDays) ? number(student, kFreeLateDays) : number("", kFreeLateDays);
  const auto rule = value("", kLateDeduction).value_or("0");
  const auto days = std::max(0.0, static_cast<double>(days_late) - free);
  const auto a_day = is_share(rule) ? parse_number(rule.substr(0, rule.size() - 1)).value_or(0) / 100 * earned
                                    : parse_number(rule).value_or(0);
  return std::min(earned, days * a_day);
}

void require_valid(const Adjustment& adjustment, const Adjusted& before) {
  const auto& item = adjustment.item;
  const bool of_class = item == kDue || item == kLateDeduction;
  const bool of_student = item == kBonus || item == kSubmitted;
  TORCH_CHECK_VALUE(of_class || of_student || item == kFreeLateDays || is_part(item), "there is no item \"",
                    one_line(item, 60), "\"");
  TORCH_CHECK_VALUE(!of_class || adjustment.student.empty(), item, " is said for the class; leave the student out");
  TORCH_CHECK_VALUE(!of_student || !adjustment.student.empty(), item, " is said of one student; name one");
  require_text("--why", adjustment.why);
  require_text("--by", adjustment.who);
  require_value(adjustment, before);
}

}  // namespace spinlab::grading
