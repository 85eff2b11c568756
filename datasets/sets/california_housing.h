#pragma once

#include <filesystem>

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// The California block groups of the 1990 census [Pace and Barry 1997], as in the file.
struct CaliforniaHousing {
  /// float64 (20,640, 8): longitude, latitude, median age, rooms, bedrooms, population, households, median
  /// income (10,000 USD). Bedrooms are missing in 207 rows: NaN there.
  at::Tensor features;
  /// int64 (20,640): 0 <1H OCEAN, 1 INLAND, 2 ISLAND, 3 NEAR BAY, 4 NEAR OCEAN.
  at::Tensor ocean_proximity;
  /// float64 (20,640), USD, capped at 500,001.
  at::Tensor median_house_value;
};

/// Throws c10::ValueError where the header or a line is malformed, a field other than bedrooms is empty, or
/// there are not 20,640 rows.
CaliforniaHousing read_california_housing(const std::filesystem::path& file);

/// Inputs float64 (n, 13): the eight features, then ocean proximity as five columns of 0 and 1; targets in
/// 100,000 USD. Shuffled and split by the seed. Options: "test_fraction" (0.2); "missing": "drop" (default)
/// leaves out the 207 rows without bedrooms, "median" puts there the median of the training rows.
Dataset load_california_housing(const Config& options, const DataFolders& folders, std::uint64_t seed);

}  // namespace spinlab::datasets
