#include "datasets/sets/california_housing.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

#include "datasets/files/csv.h"
#include "datasets/registry.h"
#include "datasets/split.h"
#include "datasets/statistics.h"

namespace spinlab::datasets {
namespace {

constexpr int64_t kRows = 20'640, kFeatures = 8, kBedrooms = 4;
constexpr std::size_t kValue = 8, kProximity = 9;
const std::vector<std::string> kColumns = {
    "longitude",  "latitude",   "housing_median_age", "total_rooms",        "total_bedrooms",
    "population", "households", "median_income",      "median_house_value", "ocean_proximity"};
const std::vector<std::string> kProximities = {"<1H OCEAN", "INLAND", "ISLAND", "NEAR BAY", "NEAR OCEAN"};

void expect_header(CsvReader& csv) {
  if (!csv.next()) csv.fail("no header line");
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    if (csv.field(i) != kColumns[i])
      csv.fail("column " + std::to_string(i + 1) + " should be " + kColumns[i]);
  }
}

int64_t proximity(const CsvReader& csv) {
  const auto found = std::find(kProximities.begin(), kProximities.end(), csv.field(kProximity));
  if (found == kProximities.end()) csv.fail("unknown ocean_proximity");
  return found - kProximities.begin();
}

Split drop_missing(const Split& all) {
  return select(all, all.inputs.select(1, kBedrooms).isfinite().nonzero().view(-1));
}

// The test rows play no part in the median: they stand for houses that nobody has seen yet.
void fill_with_median(Dataset& set) {
  const auto known = set.train.inputs.select(1, kBedrooms);
  const auto median = known.nanquantile(0.5);
  for (auto* split : {&set.train, &set.test}) {
    const auto column = split->inputs.select(1, kBedrooms);
    column.copy_(at::where(column.isnan(), median, column));
  }
}

}  // namespace

CaliforniaHousing read_california_housing(const std::filesystem::path& file) {
  CsvReader csv(file, kColumns.size(), fetch_again("california-housing"));
  expect_header(csv);
  std::vector<double> features, values;
  std::vector<int64_t> proximities;
  while (csv.next()) {
    for (int64_t i = 0; i < kFeatures; ++i) {
      const bool missing = i == kBedrooms && csv.field(i).empty();
      features.push_back(missing ? std::numeric_limits<double>::quiet_NaN() : csv.number(i));
    }
    values.push_back(csv.number(kValue));
    proximities.push_back(proximity(csv));
  }
  const auto rows = static_cast<int64_t>(values.size());
  if (rows != kRows) csv.fail(std::to_string(rows) + " block groups, 20640 are expected");
  return {at::tensor(features, at::kDouble).view({rows, kFeatures}), at::tensor(proximities, at::kLong),
          at::tensor(values, at::kDouble)};
}

Dataset load_california_housing(const Config& options, const DataFolders& folders, std::uint64_t seed) {
  const auto test_fraction = options.number("test_fraction", 0, 1);
  const auto missing = options.one_of("missing", {"drop", "median"});
  options.expect_no_other_keys();
  const auto raw =
      read_california_housing(folders.find("tabular/california_housing.csv", "california-housing"));
  const auto one_hot =
      at::one_hot(raw.ocean_proximity, static_cast<int64_t>(kProximities.size())).to(at::kDouble);
  const Split all{at::cat({raw.features, one_hot}, 1), raw.median_house_value / 100'000, {}};
  Dataset set;
  set.name = "california-housing";
  shuffle_split(missing == "drop" ? drop_missing(all) : all, test_fraction, seed, set);
  if (missing == "median") fill_with_median(set);
  set.features.assign(kColumns.begin(), kColumns.begin() + kFeatures);
  set.features.insert(set.features.end(), kProximities.begin(), kProximities.end());
  std::tie(set.mean, set.deviation) = column_statistics(set.train.inputs);
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{{.name = "california-housing",
                                            .summary = "house values of California's block groups, 1990",
                                            .defaults = {{"test_fraction", 0.2}, {"missing", "drop"}},
                                            .load = load_california_housing}};

}  // namespace
}  // namespace spinlab::datasets
