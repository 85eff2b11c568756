#include "datasets/sets/iris.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>

#include "datasets/files/csv.h"
#include "datasets/labels.h"
#include "datasets/registry.h"
#include "datasets/split.h"
#include "datasets/statistics.h"

namespace spinlab::datasets {
namespace {

constexpr int64_t kRows = 150, kFeatures = 4;
const std::vector<std::string> kSpecies = {"Iris-setosa", "Iris-versicolor", "Iris-virginica"};
const std::vector<std::string> kNames = {"setosa", "versicolor", "virginica"};

/// Which of kNames are asked for, in the order of the list.
std::vector<int64_t> chosen_species(const Config& options) {
  std::vector<int64_t> chosen;
  for (const auto& name : options.get<std::vector<std::string>>("species")) {
    const auto found = std::find(kNames.begin(), kNames.end(), name);
    TORCH_CHECK_VALUE(found != kNames.end(), options.where(), ": no species \"", name,
                      "\" among setosa, versicolor, virginica", did_you_mean(name, kNames));
    const auto species = found - kNames.begin();
    TORCH_CHECK_VALUE(std::find(chosen.begin(), chosen.end(), species) == chosen.end(), options.where(),
                      ": species names \"", name, "\" twice");
    chosen.push_back(species);
  }
  TORCH_CHECK_VALUE(chosen.size() >= 2, options.where(), ": species must name two or three, got ",
                    chosen.size());
  return chosen;
}

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
  const auto species = chosen_species(options);
  options.expect_no_other_keys();
  Dataset set;
  set.name = "iris";
  shuffle_split(only_classes(read_iris(folders.find("tabular/iris.data", "iris")), species), test_fraction,
                seed, set);
  for (const auto each : species) set.classes.push_back(kNames[each]);
  set.features = {"sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"};
  std::tie(set.mean, set.deviation) = column_statistics(set.train.inputs);
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{{.name = "iris",
                                            .summary = "three species of iris by four lengths",
                                            .defaults = {{"test_fraction", 0.2}, {"species", kNames}},
                                            .load = load_iris}};

}  // namespace
}  // namespace spinlab::datasets
