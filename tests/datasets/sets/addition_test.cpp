#include "datasets/sets/addition.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <string>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

Dataset addition(int64_t digits, int64_t samples, bool lowest_first, std::uint64_t seed = 1) {
  return load_dataset(
      {{"name", "addition"}, {"digits", digits}, {"samples", samples}, {"lowest_first", lowest_first}},
      DataFolders(), seed);
}

std::string written(const Dataset& set, const at::Tensor& tokens) {
  std::string text;
  for (int64_t i = 0; i < tokens.size(0); ++i)
    text += set.classes.at(static_cast<std::size_t>(tokens[i].item<int64_t>()));
  return text;
}

TEST(Addition, IsRightAsItIsRead) {
  for (const bool lowest_first : {true, false}) {
    const auto set = addition(3, 100, lowest_first);
    for (int64_t i = 0; i < 100; ++i) {
      const auto question = written(set, set.train.inputs[i]);
      auto answer = written(set, set.train.targets[i]);
      if (lowest_first) std::ranges::reverse(answer);
      ASSERT_EQ(question.size(), 7u);
      ASSERT_EQ(question[3], '+');
      EXPECT_EQ(std::stoi(question.substr(0, 3)) + std::stoi(question.substr(4)), std::stoi(answer))
          << question;
    }
  }
}

TEST(Addition, HasEachPairOnce) {
  const auto set = addition(2, 4'000, true);
  std::set<std::string> questions;
  for (const auto* part : {&set.train, &set.test})
    for (int64_t i = 0; i < part->size(); ++i) questions.insert(written(set, part->inputs[i]));
  EXPECT_EQ(questions.size(), 4'400u);
}

TEST(Addition, FollowsFromTheSeed) {
  EXPECT_TRUE(at::equal(addition(3, 50, true).test.inputs, addition(3, 50, true).test.inputs));
  EXPECT_FALSE(at::equal(addition(3, 50, true).test.inputs, addition(3, 50, true, 2).test.inputs));
}

TEST(Addition, SaysHowManyPairsThereAre) {
  EXPECT_THAT(mistake([] { addition(1, 47, true); }), testing::HasSubstr("choose at most 45"));
  EXPECT_EQ(addition(1, 45, true).train.size(), 45);
}

}  // namespace
}  // namespace spinlab::datasets
