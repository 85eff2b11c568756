#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// A day as the number of days since 1970-01-01, and back to "1981-01-01". Throws c10::ValueError where the
/// text is no date of that form.
int64_t day_number(const std::string& date);
std::string date_of(int64_t day);

/// Each day that the file has, in their order.
struct DailyTemperatures {
  at::Tensor days;    // int64 (n), day numbers, increasing
  at::Tensor values;  // float64 (n), the minimum of the day in °C
};

/// Melbourne 1981 to 1990, 3,650 days: 1984-12-31 and 1988-12-31 are not in the file (both 29 Februaries
/// are). [Australian Bureau of Meteorology, by the Time Series Data Library] Throws c10::ValueError where a
/// line is malformed, days do not increase, lie outside 1981 to 1990, or there are not 3,650.
DailyTemperatures read_temperatures(const std::filesystem::path& file);

/// The same from the data folders.
DailyTemperatures melbourne_temperatures(const DataFolders& folders);

/// The days between the first and the last that are not there.
std::vector<int64_t> missing_days(const DailyTemperatures& series);

/// The year of each day: (n) int64 to (n) int64.
at::Tensor years_of(const at::Tensor& days);

/// What is known of a day beforehand: the time t in years of 365.25 days since 1981-01-01, then sin 2πt, cos
/// 2πt, sin 4πt, cos 4πt, … of so many harmonics. days: int64 (n); returns float64 (n, 1 + 2 · harmonics).
/// The phase runs on through the leap years, so that 29 February is a day like others.
at::Tensor calendar_features(const at::Tensor& days, int64_t harmonics);

/// Inputs are calendar_features, targets the temperatures; days that are not in the file are in no part.
/// Split by year: the test part is "first_test_year" (1989) and later. Options beside:
/// "first_validation_year" (null): it and the years up to the test part are the part "validation";
/// "harmonics" (2).
Dataset load_temperatures(const Config& options, const DataFolders& folders);

}  // namespace spinlab::datasets
