#include "datasets/sets/nist.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "datasets/registry.h"
#include "datasets/statistics.h"

namespace spinlab::datasets {
namespace {

void observe(Dataset& set, const std::string& problem, const DataFolders& folders) {
  const auto linear = nist::linear_names();
  if (std::find(linear.begin(), linear.end(), problem) != linear.end()) {
    const auto found = nist::linear(problem, folders);
    set.train = {found.X, found.y, {}};
    set.intercept = found.intercept;
  } else {
    const auto found = nist::nonlinear(problem, folders);
    set.train = {found.x, found.y, {}};
  }
}

}  // namespace

Dataset load_nist(const Config& options, const DataFolders& folders) {
  auto problems = nist::linear_names();
  const auto nonlinear = nist::nonlinear_names();
  problems.insert(problems.end(), nonlinear.begin(), nonlinear.end());
  const auto problem = options.one_of("problem", problems);
  options.expect_no_other_keys();
  Dataset set;
  set.name = "nist";
  observe(set, problem, folders);
  set.test = set.train;
  set.how_split = "none: all rows both train and test";
  for (int64_t i = 1; i <= set.train.inputs.size(1); ++i) set.features.push_back("x" + std::to_string(i));
  std::tie(set.mean, set.deviation) = column_statistics(set.train.inputs);
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{{.name = "nist",
                                            .summary = "NIST's reference problems for regression",
                                            .defaults = {{"problem", "norris"}},
                                            .load = load_nist}};

}  // namespace
}  // namespace spinlab::datasets
