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

TEST_F(IrisDataTest, TheSeedDecidesTheSplit) {
  const auto load = [](std::uint64_t seed) { return load_dataset({{"name", "iris"}}, DataFolders(), seed); };
  EXPECT_TRUE(load(1).train.inputs.equal(load(1).train.inputs));
  EXPECT_FALSE(load(1).train.inputs.equal(load(2).train.inputs));
  EXPECT_EQ(load(1).train.size(), 120);
}

}  // namespace
}  // namespace spinlab::datasets
