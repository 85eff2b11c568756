#include "src/training/passes/pooling.h"

#include <ATen/ATen.h>

#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

struct Shape {
  std::vector<int64_t> x;
  int64_t size;
};

class PoolingTest : public SpinlabTest, public testing::WithParamInterface<Shape> {
 protected:
  at::Tensor pooled(const at::Tensor& x) const {
    const auto size = GetParam().size;
    return at::empty({x.size(0), x.size(1), x.size(2) / size, x.size(3) / size}, x.options());
  }
};

TEST_P(PoolingTest, AverageIsLibTorchsToTheBit) {
  for (const auto type : {at::kFloat, at::kDouble}) {
    const auto x = at::randn(GetParam().x, type);
    const auto size = GetParam().size;
    auto y = pooled(x), x_gradient = at::full_like(x, 7);
    average_pool(y, x, size);
    EXPECT_TRUE(at::equal(y, at::avg_pool2d(x, size)));
    const auto y_gradient = at::randn_like(y);
    average_pool_backward(x_gradient, y_gradient, size);
    EXPECT_TRUE(at::equal(x_gradient, at::avg_pool2d_backward(y_gradient, x, size, {}, 0, false, true, {})));
  }
}

TEST_P(PoolingTest, MaximumIsLibTorchsToTheBitAlsoWhereNumbersAreEqual) {
  for (const auto type : {at::kFloat, at::kDouble}) {
    const auto x = at::randint(0, 4, GetParam().x, at::kLong).to(type);
    const auto size = GetParam().size;
    auto y = pooled(x), places = at::empty(y.sizes(), at::kInt), x_gradient = at::full_like(x, 7);
    maximum_pool(y, places, x, size);
    const auto [expected, indices] = at::max_pool2d_with_indices(x, size);
    EXPECT_TRUE(at::equal(y, expected));
    const auto y_gradient = at::randn_like(y);
    maximum_pool_backward(x_gradient, y_gradient, places, size);
    EXPECT_TRUE(at::equal(
        x_gradient, at::max_pool2d_with_indices_backward(y_gradient, x, size, {}, 0, 1, false, indices)));
  }
}

INSTANTIATE_TEST_SUITE_P(All, PoolingTest,
                         testing::Values(Shape{{2, 3, 8, 6}, 2}, Shape{{1, 1, 7, 5}, 2},
                                         Shape{{3, 2, 9, 9}, 3}, Shape{{2, 2, 8, 10}, 3},
                                         Shape{{2, 3, 4, 4}, 1}, Shape{{64, 6, 28, 28}, 2}));

TEST(PoolingOnceTest, ANotANumberIsTheMaximum) {
  auto x = at::zeros({1, 1, 2, 2});
  x[0][0][0][1] = NAN;
  auto y = at::empty({1, 1, 1, 1}), places = at::empty({1, 1, 1, 1}, at::kInt);
  maximum_pool(y, places, x, 2);
  EXPECT_TRUE(y.isnan().item<bool>());
  EXPECT_EQ(places.item<int>(), 1);
}

TEST(PoolingOnceTest, RefusesMemoryInAnotherOrderAndShapesThatDoNotFit) {
  const auto x = at::zeros({1, 2, 4, 4});
  auto y = at::empty({1, 2, 2, 2}), small = at::empty({1, 2, 2, 1});
  EXPECT_THROW(average_pool(y, x.contiguous(at::MemoryFormat::ChannelsLast), 2), c10::Error);
  EXPECT_THROW(average_pool(small, x, 2), c10::Error);
}

}  // namespace
}  // namespace spinlab::training
