#include "datasets/sets/sequences.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

Dataset sequences(const char* task, std::uint64_t seed = 1) {
  return load_dataset({{"name", "sequences"}, {"task", task}, {"tokens", 7}, {"length", 5}, {"samples", 200}},
                      DataFolders(), seed);
}

TEST(Sequences, AreAnsweredAsTheTaskSays) {
  const auto reversed = sequences("reverse").train, copied = sequences("copy").train,
             sorted = sequences("sort").train;
  for (int64_t i = 0; i < 5; ++i)
    EXPECT_TRUE(at::equal(reversed.targets.select(1, i), reversed.inputs.select(1, 4 - i)));
  EXPECT_TRUE(at::equal(copied.targets, copied.inputs));
  EXPECT_TRUE(sorted.targets.slice(1, 1).ge(sorted.targets.slice(1, 0, -1)).all().item<bool>());
  EXPECT_TRUE(at::equal(std::get<0>(sorted.inputs.sort(1)), sorted.targets));
}

TEST(Sequences, FollowFromTheSeed) {
  EXPECT_TRUE(at::equal(sequences("copy").train.inputs, sequences("copy").train.inputs));
  EXPECT_FALSE(at::equal(sequences("copy").train.inputs, sequences("copy", 2).train.inputs));
  const auto set = sequences("copy");
  EXPECT_EQ(set.test.size(), 20);
  EXPECT_EQ(set.classes.size(), 7u);
  EXPECT_EQ(set.train.inputs.max().item<int64_t>(), 6);
  EXPECT_THROW(sequences("shuffle"), c10::ValueError);
}

}  // namespace
}  // namespace spinlab::datasets
