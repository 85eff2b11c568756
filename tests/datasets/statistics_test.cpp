#include "datasets/statistics.h"

#include <torch/types.h>

#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

class StatisticsTest : public SpinlabTest {};

TEST_F(StatisticsTest, OfChannelsAgreeWithTheDefinition) {
  const auto images = torch::randint(0, 256, {20, 3, 5, 4}, torch::kByte);
  const auto [mean, deviation] = channel_statistics(images);
  const auto scaled = images.to(torch::kDouble) / 255;
  EXPECT_CLOSE(mean.view(-1), scaled.mean({0, 2, 3}), rtol(1e-6));
  EXPECT_CLOSE(deviation.view(-1), scaled.var({0, 2, 3}, /*unbiased=*/false).sqrt(), rtol(1e-6));
  EXPECT_EQ(mean.sizes(), (std::vector<int64_t>{3, 1, 1}));
}

TEST_F(StatisticsTest, AConstantIsDividedByOne) {
  EXPECT_EQ(channel_statistics(torch::full({2, 1, 3, 3}, 7, torch::kByte)).second.item<float>(), 1);
  const auto [mean, deviation] = column_statistics(torch::tensor({{1.0, 2.0}, {1.0, 4.0}}, torch::kDouble));
  EXPECT_TRUE(mean.equal(torch::tensor({1.0F, 3.0F})));
  EXPECT_TRUE(deviation.equal(torch::tensor({1.0F, 1.0F})));
}

}  // namespace
}  // namespace spinlab::datasets
