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

// Of 17 tokens windows of 5 at every second place: each token once, but for what is left at the end.
TEST(JudgedOnce, TakesWindowsWhoseTargetsDoNotOverlap) {
  const auto stream = torch::arange(18);
  const Split windows{stream.narrow(0, 0, 17).unfold(0, 5, 2), stream.narrow(0, 1, 17).unfold(0, 5, 2), {}};
  const auto judged = judged_once(windows);
  EXPECT_TRUE(judged.targets.flatten().equal(torch::tensor({1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17})));
  EXPECT_TRUE(judged.inputs.add(1).equal(judged.targets));
  EXPECT_EQ(judged_once(numbered(10)).size(), 10);
  const Split apart{windows.inputs.contiguous(), windows.targets.contiguous(), {}};
  EXPECT_EQ(judged_once(apart).size(), windows.size());
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
