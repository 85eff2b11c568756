#include "datasets/sets/iris.h"

#include <torch/types.h>

#include "src/core/files.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

class IrisTest : public SpinlabTest {
 protected:
  std::string refused(const std::string& text) const {
    write_file(folder() / "iris.data", text);
    return mistake([&] { read_iris(folder() / "iris.data"); });
  }
};

class IrisDataTest : public RealDataTest {};

// The means are those of UCI's iris.names.
TEST_F(IrisDataTest, HasFiftyFlowersOfEachSpecies) {
  const auto iris = read_iris(data("tabular/iris.data"));
  EXPECT_EQ(iris.inputs.sizes(), (std::vector<int64_t>{150, 4}));
  EXPECT_TRUE(iris.targets.bincount().equal(torch::tensor({50, 50, 50}, torch::kLong)));
  EXPECT_CLOSE(iris.inputs.mean(0), torch::tensor({5.84, 3.05, 3.76, 1.20}, torch::kDouble), atol(0.006));
}

TEST_F(IrisTest, RefusesMalformedLines) {
  EXPECT_THAT(refused("5.1,3.5,1.4,0.2,Iris-sativa\n"), HasSubstr("line 1: unknown species \"Iris-sativa\""));
  EXPECT_THAT(refused("5.1,3.5,1.4,Iris-setosa\n"), HasSubstr("4 fields, 5 are expected"));
  EXPECT_THAT(refused("5.1,3.5,1.4,?,Iris-setosa\n"), HasSubstr("field 4 is not a number"));
  EXPECT_THAT(refused("5.1,3.5,1.4,0.2,Iris-setosa\n"), HasSubstr("1 flowers, 150 are expected"));
}

// The last hundred rows of the file, as class 0 and 1.
TEST_F(IrisDataTest, TwoOfTheSpeciesAreAHundredRows) {
  const auto load = [](const Json& species) {
    return load_dataset({{"name", "iris"}, {"species", species}}, DataFolders(), 1);
  };
  const auto two = load({"versicolor", "virginica"}), other = load({"virginica", "versicolor"});
  EXPECT_THAT(two.classes, testing::ElementsAre("versicolor", "virginica"));
  const auto all = read_iris(data("tabular/iris.data"));
  const auto inputs = at::cat({two.train.inputs, two.test.inputs});
  const auto targets = at::cat({two.train.targets, two.test.targets});
  EXPECT_TRUE(targets.bincount().equal(torch::tensor({50, 50}, torch::kLong)));
  for (int64_t k = 0; k < 2; ++k) {
    const auto species = inputs.index_select(0, targets.eq(k).nonzero().view(-1));
    EXPECT_CLOSE(species.mean(0), all.inputs.narrow(0, 50 * (k + 1), 50).mean(0), rtol(1e-12));
  }
  EXPECT_TRUE(two.train.targets.equal(1 - other.train.targets));
  EXPECT_CLOSE(two.mean, two.train.inputs.mean(0), rtol(1e-12));
}

TEST_F(IrisTest, RefusesSpeciesThatAreNone) {
  const auto refused = [](const Json& species) {
    return mistake([&] { load_dataset({{"name", "iris"}, {"species", species}}, DataFolders(), 1); });
  };
  EXPECT_THAT(
      refused({"versicolor", "virginia"}),
      HasSubstr("no species \"virginia\" among setosa, versicolor, virginica; did you mean \"virginica\"?"));
  EXPECT_THAT(refused({"setosa"}), HasSubstr("species must name two or three, got 1"));
  EXPECT_THAT(refused({"setosa", "setosa"}), HasSubstr("species names \"setosa\" twice"));
}

TEST_F(IrisDataTest, TheSeedDecidesTheSplit) {
  const auto load = [](std::uint64_t seed) { return load_dataset({{"name", "iris"}}, DataFolders(), seed); };
  EXPECT_TRUE(load(1).train.inputs.equal(load(1).train.inputs));
  EXPECT_FALSE(load(1).train.inputs.equal(load(2).train.inputs));
  EXPECT_EQ(load(1).train.size(), 120);
}

}  // namespace
}  // namespace spinlab::datasets
