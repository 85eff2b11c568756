#include "src/training/passes/gather.h"

#include <ATen/ATen.h>

#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

struct Rows {
  const char* name;
  std::vector<int64_t> row;
  at::ScalarType type;
  std::vector<int64_t> scale;
};

class GatherTest : public SpinlabTest, public testing::WithParamInterface<Rows> {};

TEST_P(GatherTest, IsIndexingAndThenNormalisingToTheBit) {
  const auto& [name, row, type, scale_sizes] = GetParam();
  auto sizes = row;
  sizes.insert(sizes.begin(), 300);
  const auto raw = at::randint(0, 256, sizes, at::kLong).to(type);
  const auto scale = at::rand(scale_sizes) + 0.5, shift = at::randn(scale_sizes);
  auto out = at::empty({0});
  for (const int64_t count : {40, 1, 270}) {
    const auto rows = at::randperm(300).narrow(0, 0, count);
    gather_normalized(out, raw, rows, scale, shift);
    EXPECT_TRUE(at::equal(out, raw.index_select(0, rows).to(at::kFloat) * scale + shift));
  }
  gather_normalized(out, raw, {}, scale, shift);
  EXPECT_TRUE(at::equal(out, raw.to(at::kFloat) * scale + shift));
}

INSTANTIATE_TEST_SUITE_P(All, GatherTest,
                         testing::Values(Rows{"bytes", {1, 28, 28}, at::kByte, {1, 1, 1}},
                                         Rows{"bytes_by_channel", {3, 5, 7}, at::kByte, {3, 1, 1}},
                                         Rows{"bytes_by_number", {5}, at::kByte, {5}},
                                         Rows{"floats", {4}, at::kFloat, {4}},
                                         Rows{"floats_by_channel", {2, 3, 3}, at::kFloat, {2, 1, 1}}),
                         [](const auto& info) { return info.param.name; });

TEST(GatherOnceTest, RefusesARowThatIsNotThere) {
  const auto raw = at::zeros({4, 3}, at::kByte), one = at::ones({1});
  auto out = at::empty({0});
  for (const int64_t row : {-1, 4})
    EXPECT_THROW(gather_normalized(out, raw, at::full({1}, row, at::kLong), one, one), c10::Error);
}

}  // namespace
}  // namespace spinlab::training
