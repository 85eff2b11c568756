#include "datasets/dataset.h"

#include <torch/types.h>

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

class DamagedDataTest : public RealDataTest {};

TEST_F(DamagedDataTest, IsNamedWithTheCommandThatMendsIt) {
  auto iris = read_file(data("tabular/iris.data"), 1 << 20);
  iris[0] = '6';  // still a well-formed table
  write_file(folder() / "tabular" / "iris.data", iris);
  EXPECT_THAT(refused({{"name", "iris"}}, DataFolders(folder())),
              testing::AllOf(HasSubstr("this file of iris is damaged or of another version"),
                             HasSubstr("./spinlab data fetch iris --again")));
}

}  // namespace
}  // namespace spinlab::datasets
