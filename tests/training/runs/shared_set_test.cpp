#include "src/training/runs/shared_set.h"

#include <ATen/ATen.h>

#include "datasets/registry.h"
#include "tests/support/spinlab_test.h"
#include "tests/training/toy_set.h"

namespace spinlab::training {
namespace {

int loaded = 0;

datasets::Dataset counted(const Config& options, const datasets::DataFolders&) {
  ++loaded;
  auto set = toy_regression();
  set.name = options.get<std::string>("name");
  return set;
}

datasets::Dataset counted_by_seed(const Config& options, const datasets::DataFolders& folders,
                                  std::uint64_t) {
  return counted(options, folders);
}

const Registered<datasets::DatasetEntry> kCounted{
    {.name = "counted", .summary = "a test's", .load = counted}},
    kCountedBySeed{{.name = "counted-by-seed", .summary = "a test's", .load = counted_by_seed}};

TEST(SharedSet, IsLoadedOnceWhereAllRunsHaveTheSame) {
  const datasets::DataFolders folders;
  const auto config = [](const char* name, int seed) {
    return toy_config({{"data", {{"name", name}}}, {"seed", seed}});
  };
  const auto loads = [&](const Json& run) {
    const auto before = loaded;
    EXPECT_EQ(loaded_set(parse_config(run, "toy"), folders).name,
              run.at("data").at("name").get<std::string>());
    return loaded - before;
  };
  share_set({config("counted", 1), config("counted", 2)}, folders);
  EXPECT_EQ(loads(config("counted", 1)) + loads(config("counted", 7)), 0);
  EXPECT_EQ(loads(config("counted-by-seed", 1)), 1);

  share_set({config("counted-by-seed", 1), config("counted-by-seed", 2)},
            folders);  // two sets: neither is kept
  EXPECT_EQ(loads(config("counted-by-seed", 1)), 1);
  share_set({config("counted-by-seed", 2), config("counted-by-seed", 2)}, folders);
  EXPECT_EQ(loads(config("counted-by-seed", 2)), 0);
  EXPECT_EQ(loads(config("counted-by-seed", 1)), 1);
}

}  // namespace
}  // namespace spinlab::training
