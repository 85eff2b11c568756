#include "datasets/sets/temperatures.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <numbers>

#include "datasets/files/csv.h"
#include "datasets/registry.h"
#include "datasets/split.h"
#include "datasets/statistics.h"

namespace spinlab::datasets {
namespace {

namespace calendar = std::chrono;

constexpr int64_t kDays = 3650, kFirstYear = 1981, kLastYear = 1990, kMaxHarmonics = 180;
constexpr double kYear = 365.25;
constexpr const char* kFile = "temperatures/daily-min-temperatures.csv";

calendar::year_month_day civil(int64_t day) {
  return calendar::sys_days{calendar::days{static_cast<int>(day)}};
}

int64_t first_of(int64_t year) {
  const calendar::sys_days day = calendar::year{static_cast<int>(year)} / calendar::January / 1;
  return day.time_since_epoch().count();
}

bool formed_as_date(const std::string& text) {
  if (text.size() != 10) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 4 || i == 7;
    if (dash ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
  }
  return true;
}

/// `day` becomes the number of YYYY-MM-DD; false where the text is no such day.
bool parse_day(const std::string& text, int64_t& day) {
  if (!formed_as_date(text)) return false;
  const auto part = [&](std::size_t first, std::size_t count) {
    return std::stoi(text.substr(first, count));
  };
  const calendar::year_month_day date{calendar::year{part(0, 4)},
                                      calendar::month{static_cast<unsigned>(part(5, 2))},
                                      calendar::day{static_cast<unsigned>(part(8, 2))}};
  if (!date.ok()) return false;
  day = calendar::sys_days{date}.time_since_epoch().count();
  return true;
}

std::string unquoted(std::string_view field) {
  const bool quoted = field.size() >= 2 && field.front() == '"' && field.back() == '"';
  return std::string(quoted ? field.substr(1, field.size() - 2) : field);
}

int64_t read_day(const CsvReader& csv, int64_t last) {
  const auto text = unquoted(csv.field(0));
  int64_t day = 0;
  if (!parse_day(text, day)) csv.fail("\"" + text.substr(0, 20) + "\" is no date as 1981-01-01");
  if (day < first_of(kFirstYear) || day >= first_of(kLastYear + 1))
    csv.fail(text + " lies outside 1981 to 1990");
  if (day <= last) csv.fail(text + " does not follow the day before it");
  return day;
}

std::vector<std::string> feature_names(int64_t harmonics) {
  std::vector<std::string> names = {"time since 1981-01-01 (years)"};
  for (int64_t h = 1; h <= harmonics; ++h) {
    const auto times = h == 1 ? "" : std::to_string(h) + "·";
    names.push_back("sin " + times + "2πt");
    names.push_back("cos " + times + "2πt");
  }
  return names;
}

Split years(const Split& all, const at::Tensor& year, int64_t first, int64_t end) {
  return select(all, (year.ge(first) * year.lt(end)).nonzero().view(-1));
}

std::string note_of_missing(const DailyTemperatures& series) {
  std::string list;
  for (const auto day : missing_days(series)) list += (list.empty() ? "" : ", ") + date_of(day);
  return "not in the file, and left out: " + list;
}

std::string span(int64_t first, int64_t end) {
  return std::to_string(first) + (end - 1 > first ? " to " + std::to_string(end - 1) : "");
}

}  // namespace

int64_t day_number(const std::string& date) {
  int64_t day = 0;
  TORCH_CHECK_VALUE(parse_day(date, day), "\"", date, "\" is no date as 1981-01-01");
  return day;
}

std::string date_of(int64_t day) {
  const auto date = civil(day);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

DailyTemperatures read_temperatures(const std::filesystem::path& file) {
  CsvReader csv(file, 2, fetch_again("temperatures"));
  if (!csv.next() || unquoted(csv.field(0)) != "Date" || unquoted(csv.field(1)) != "Temp")
    csv.fail("the header should be Date,Temp");
  std::vector<int64_t> days;
  std::vector<double> values;
  while (csv.next()) {
    days.push_back(read_day(csv, days.empty() ? -1 : days.back()));
    values.push_back(csv.number(1));
  }
  if (days.size() != kDays) csv.fail(std::to_string(days.size()) + " days, 3650 are expected");
  return {at::tensor(days, at::kLong), at::tensor(values, at::kDouble)};
}

DailyTemperatures melbourne_temperatures(const DataFolders& folders) {
  return read_temperatures(folders.find(kFile, "temperatures"));
}

std::vector<int64_t> missing_days(const DailyTemperatures& series) {
  std::vector<int64_t> missing;
  const auto day = series.days.accessor<int64_t, 1>();
  for (int64_t i = 1; i < day.size(0); ++i) {
    for (auto between = day[i - 1] + 1; between < day[i]; ++between) missing.push_back(between);
  }
  return missing;
}

at::Tensor years_of(const at::Tensor& days) {
  auto years = at::empty_like(days);
  for (int64_t i = 0; i < days.size(0); ++i)
    years[i] = static_cast<int>(civil(days[i].item<int64_t>()).year());
  return years;
}

at::Tensor calendar_features(const at::Tensor& days, int64_t harmonics) {
  const auto t = (days - first_of(kFirstYear)).to(at::kDouble).div_(kYear).unsqueeze(1);
  const auto phase = t * (2 * std::numbers::pi * at::arange(1, harmonics + 1, at::kDouble));
  return at::cat({t, at::stack({phase.sin(), phase.cos()}, 2).flatten(1)}, 1);
}

Dataset load_temperatures(const Config& options, const DataFolders& folders) {
  const auto test = options.integer("first_test_year", kFirstYear + 1, kLastYear);
  const auto validation = options.integer_or("first_validation_year", test, kFirstYear + 1, test);
  const auto harmonics = options.integer("harmonics", 0, kMaxHarmonics);
  options.expect_no_other_keys();
  const auto series = melbourne_temperatures(folders);
  const Split all{calendar_features(series.days, harmonics), series.values, {}};
  const auto year = years_of(series.days);
  Dataset set;
  set.name = "temperatures";
  set.train = years(all, year, kFirstYear, validation);
  set.test = years(all, year, test, kLastYear + 1);
  if (validation < test) set.parts["validation"] = years(all, year, validation, test);
  set.features = feature_names(harmonics);
  set.target = "minimum of the day (°C)";
  set.how_split = "by year: train " + span(kFirstYear, validation) +
                  (validation < test ? ", validation " + span(validation, test) : "") + ", test " +
                  span(test, kLastYear + 1);
  set.notes = {note_of_missing(series)};
  set.date = [](const at::Tensor& input) {
    return date_of(first_of(kFirstYear) + std::llround(input[0].item<double>() * kYear));
  };
  std::tie(set.mean, set.deviation) = column_statistics(set.train.inputs);
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{
    {.name = "temperatures",
     .summary = "Melbourne's minimum of each day 1981-1990 by the calendar",
     .defaults = {{"first_test_year", 1989}, {"first_validation_year", nullptr}, {"harmonics", 2}},
     .load = load_temperatures}};

}  // namespace
}  // namespace spinlab::datasets
