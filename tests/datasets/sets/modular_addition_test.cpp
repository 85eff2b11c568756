#include "datasets/sets/modular_addition.h"

#include <torch/types.h>

#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

Dataset load(Json options) {
  options.update({{"name", "modular-addition"}});
  return load_dataset(options, DataFolders(), 3);
}

TEST(ModularAdditionTest, HoldsEveryPairOnceWithItsSum) {
  const auto set = load({{"modulus", 7}, {"train_fraction", 0.3}});
  EXPECT_EQ(set.train.size(), 15);
  EXPECT_EQ(set.test.size(), 34);
  const auto inputs = torch::cat({set.train.inputs, set.test.inputs}),
             targets = torch::cat({set.train.targets, set.test.targets});
  const auto pairs = std::get<0>((inputs.select(1, 0) * 7 + inputs.select(1, 1)).sort());
  EXPECT_TRUE(pairs.equal(torch::arange(49)));
  EXPECT_TRUE(targets.select(1, 2).equal((inputs.select(1, 0) + inputs.select(1, 1)).remainder(7)));
  EXPECT_TRUE(targets.slice(1, 0, 2).eq(kNotJudged).all().item<bool>());
  EXPECT_EQ(set.classes.size(), 8);
}

TEST(ModularAdditionTest, RefusesWhatCannotBe) {
  EXPECT_THAT(mistake([] { load({{"modulus", 1}}); }),
              testing::HasSubstr("modulus must lie in [2, 4096], got 1"));
  EXPECT_THAT(mistake([] { load({{"modulus", 5}, {"train_fraction", 1}}); }),
              testing::HasSubstr("modular-addition"));
}

}  // namespace
}  // namespace spinlab::datasets
