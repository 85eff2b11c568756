#include "src/core/utc_time.h"

#include <c10/util/Exception.h>

#include <chrono>
#include <ctime>
#include <regex>

#include "src/core/escape.h"

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
  static const std::regex form(
      R"((\d{4})-(\d\d)-(\d\d)[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d{1,9})?)? ?(Z|[+-][01]\d:?[0-5]\d))");
  std::smatch match;
  const bool fits = text.size() <= 64 && std::regex_match(text, match, form);
  const auto part = [&](int i) { return fits && match[i].matched ? std::stoi(match[i]) : 0; };
  const year_month_day date(year(part(1)), month(static_cast<unsigned>(part(2))),
                            day(static_cast<unsigned>(part(3))));
  TORCH_CHECK_VALUE(fits && date.ok(), "\"", one_line(text, 60),
                    "\" is no date and time with a zone; write it as 2026-05-01T23:59+02:00");
  const auto days = sys_days(date).time_since_epoch().count();
  return days * std::int64_t{86400} + part(4) * 3600 + part(5) * 60 + part(6) - zone_seconds(match[7]);
}

}  // namespace spinlab
