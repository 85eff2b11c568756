#include "datasets/sets/iris.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "datasets/files/csv.h"
#include "datasets/registry.h"
#include "datasets/split.h"
#include "datasets/statistics.h"

namespace spinlab::datasets {
namespace {

constexpr int64_t kRows = 150, kFeatures = 4;
const std::vector<std::string> kSpecies = {"Iris-setosa", "Iris-versicolor", "Iris-virginica"};

}  // namespace

Split read_iris(const std::filesystem::path& file) {
  CsvReader csv(file, kFeatures + 1, fetch_again("iris"));
  std::vector<double> features;
  std::vector<int64_t> species;
  while (csv.next()) {
    for (int64_t i = 0; i < kFeatures; ++i) features.push_back(csv.number(i));
    const auto found = std::find(kSpecies.begin(), kSpecies.end(), csv.field(kFeatures));
    if (found == kSpecies.end())
      csv.fail("unknown species \"" + std::string(csv.field(kFeatures).substr(0, 40)) + "\"");
    species.push_back(found - kSpecies.begin());
  }
  const auto rows = static_cast<int64_t>(species.size());
  if (rows != kRows) csv.fail(std::to_string(rows) + " flowers, 150 are expected");
  return {at::tensor(features, at::kDouble).view({rows, kFeatures}), at::tensor(species, at::kLong), {}};
}

Dataset load_iris(const Config& options, const DataFolders& folders, std::uint64_t seed) {
  const auto test_fraction = options.number("test_fraction", 0, 1);
  options.expect_no_other_keys();
  Dataset set;
  set.name = "iris";
  shuffle_split(read_iris(folders.find("tabular/iris.data", "iris")), test_fraction, seed, set);
  set.classes = {"setosa", "versicolor", "virginica"};
  set.features = {"sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"};
  std::tie(set.mean, set.deviation) = column_statistics(set.train.inputs);
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{{.name = "iris",
                                            .summary = "three species of iris by four lengths",
                                            .defaults = {{"test_fraction", 0.2}},
                                            .load = load_iris}};

}  // namespace
}  // namespace spinlab::datasets
