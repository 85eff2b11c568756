#include "datasets/split.h"

#include <torch/types.h>

#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

Split numbered(int64_t n) {
  const auto rows = torch::arange(n);
  return {rows.to(torch::kDouble).unsqueeze(1), rows, {}};
}

TEST(ShuffleSplit, UsesEveryExampleOnceAndKeepsPairs) {
  Dataset set;
  shuffle_split(numbered(10), 0.25, 3, set);
  EXPECT_EQ(set.train.size(), 8);  // 7.5, rounded
  EXPECT_EQ(set.test.size(), 2);
  EXPECT_TRUE(set.train.inputs.select(1, 0).equal(set.train.targets.to(torch::kDouble)));
  const auto all = std::get<0>(torch::cat({set.train.targets, set.test.targets}).sort());
  EXPECT_TRUE(all.equal(torch::arange(10)));
}

TEST(ShuffleSplit, NeedsSomethingInBothParts) {
  Dataset set;
  set.name = "few";
  EXPECT_THAT(mistake([&] { shuffle_split(numbered(10), 0.0, 3, set); }),
              testing::HasSubstr("few: a test_fraction of 0 leaves 10 of 10 examples to train on"));
  EXPECT_THAT(mistake([&] { shuffle_split(numbered(10), 1.0, 3, set); }),
              testing::HasSubstr("both parts need"));
}

}  // namespace
}  // namespace spinlab::datasets
