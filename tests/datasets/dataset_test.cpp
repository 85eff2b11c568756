#include "datasets/dataset.h"

#include <torch/types.h>

#include "datasets/registry.h"
#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

std::string refused(const Json& options, const DataFolders& folders = DataFolders()) {
  return mistake([&] { load_dataset(options, folders, 0); });
}

TEST(LoadDataset, NamesTheNearestDataSetAndOption) {
  EXPECT_THAT(refused({{"name", "mnits"}}),
              HasSubstr("there is no data set \"mnits\"; did you mean \"mnist\"?"));
  EXPECT_THAT(refused({{"name", "linear"}, {"sample", 3}}),
              HasSubstr("unknown key \"sample\"; did you mean \"samples\"?"));
  EXPECT_THAT(refused(Json::object()), HasSubstr("the key \"name\" is missing"));
  EXPECT_THAT(refused({{"name", 3}}), HasSubstr("name must be a string"));
}

TEST(LoadDataset, KeepsTheFirstExamplesOnly) {
  const Json options = {{"name", "ising"}, {"side", 4}, {"samples", 10}};
  auto limited = options;
  limited["max_train"] = 7;
  limited["max_test"] = 5;
  const auto all = load_dataset(options, DataFolders(), 1), some = load_dataset(limited, DataFolders(), 1);
  EXPECT_TRUE(some.train.inputs.equal(all.train.inputs.slice(0, 0, 7)));
  EXPECT_TRUE(some.train.temperatures.equal(all.train.temperatures.slice(0, 0, 7)));
  EXPECT_EQ(some.test.size(), 5);
  limited["max_train"] = 0;
  EXPECT_THAT(refused(limited), HasSubstr("max_train must lie in [1, "));
}

TEST(LoadDataset, DefaultsAreWhatIsLoadedWithoutThem) {
  for (const auto& name : {"ising", "sinusoid", "polynomial", "linear"}) {
    const auto full = with_defaults({{"name", name}}, "test");
    EXPECT_TRUE(full.contains("max_train")) << name;
    if (full.contains("side")) continue;  // sampling many states takes long
    const auto once = load_dataset({{"name", name}}, DataFolders(), 1),
               again = load_dataset(full, DataFolders(), 1);
    EXPECT_TRUE(once.train.inputs.equal(again.train.inputs)) << name;
  }
  EXPECT_THAT(mistake([] { with_defaults({{"name", "linear"}, {"sample", 3}}, "here"); }),
              HasSubstr("here: unknown key \"sample\"; did you mean \"samples\"?"));
  EXPECT_EQ(with_defaults({{"name", "csv"}, {"target", "y"}}, "test").at("missing"), "error");
}

// What a user's own file registers is found, listed and loaded as ours are.
TEST(DatasetRegistry, TakesASetFromElsewhere) {
  const Registered<DatasetEntry> mine{{.name = "mine",
                                       .summary = "a test's",
                                       .defaults = {{"n", 3}},
                                       .load = [](const Config& options, const DataFolders&, std::uint64_t) {
                                         Dataset set;
                                         set.train.inputs = set.test.inputs =
                                             torch::zeros({options.get<int64_t>("n"), 1}, torch::kDouble);
                                         return set;
                                       }}};
  EXPECT_EQ(dataset_summary("mine"), "a test's");
  EXPECT_EQ(load_dataset({{"name", "mine"}}, DataFolders(), 0).train.size(), 3);
  EXPECT_EQ(load_dataset({{"name", "mine"}, {"n", 5}, {"max_train", 4}}, DataFolders(), 0).train.size(), 4);
  registry<DatasetEntry>().erase("mine");
}

TEST(LoadDataset, AFolderThatIsNoneIsNotPassedOver) {
  EXPECT_THAT(refused({{"name", "linear"}}, DataFolders("/nonexistent")),
              HasSubstr("--data /nonexistent: there is no such folder"));
}

class DamagedDataTest : public RealDataTest {};

TEST_F(DamagedDataTest, IsNamedWithTheCommandThatMendsIt) {
  auto iris = read_file(data("tabular/iris.data"), 1 << 20);
  iris[0] = '6';  // still a well-formed table
  write_file(folder() / "tabular" / "iris.data", iris);
  EXPECT_THAT(refused({{"name", "iris"}}, DataFolders(folder())),
              testing::AllOf(HasSubstr("this file of iris is damaged or of another version"),
                             HasSubstr("./spinlab data fetch iris --overwrite")));
}

}  // namespace
}  // namespace spinlab::datasets
