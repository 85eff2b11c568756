#include "src/core/utc_time.h"

#include <c10/util/Exception.h>

#include <chrono>
#include <ctime>

#include "src/core/escape.h"
#include "src/core/pattern.h"

namespace spinlab {
namespace {

using namespace std::chrono;

std::int64_t zone_seconds(const std::string& zone) {
  if (zone == "Z") return 0;
  const auto size = (std::stoi(zone.substr(1, 2)) * 60 + std::stoi(zone.substr(zone.size() - 2))) * 60;
  return zone[0] == '-' ? -size : size;
}

}  // namespace

std::string utc_now() { return utc_text(std::time(nullptr)); }

std::string utc_text(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::int64_t parse_utc_time(const std::string& text) {
  static const Pattern form(
      "^([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([01][0-9]|2[0-3]):([0-5][0-9])(:([0-5][0-9])(\\.[0-9]{1,9})?)? "
      "?(Z|[+-][01][0-9]:?[0-5][0-9])$");
  enum { kYear = 1, kMonth, kDay, kHour, kMinute, kSecond = 7, kZone = 9 };
  const auto match = text.size() <= 64 ? form.first(text) : Pattern::Match();
  const bool fits = !match.empty();
  const auto part = [&](std::size_t i) { return fits && !match[i].empty() ? std::stoi(match[i]) : 0; };
  const year_month_day date(year(part(kYear)), month(static_cast<unsigned>(part(kMonth))),
                            day(static_cast<unsigned>(part(kDay))));
  TORCH_CHECK_VALUE(fits && date.ok(), "\"", one_line(text, 60),
                    "\" is no date and time with a zone; write it as 2026-05-01T23:59+02:00");
  const auto days = sys_days(date).time_since_epoch().count();
  return days * std::int64_t{86400} + part(kHour) * 3600 + part(kMinute) * 60 + part(kSecond) -
         zone_seconds(match[kZone]);
}

}  // namespace spinlab
