#include "models/layers/conv_norm.h"

#include <ATen/ATen.h>

#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

class ConvNormTest : public SpinlabTest {
 protected:
  const at::Tensor x_ = at::randn({2, 3, 6, 7}) + 1;
};

TEST_F(ConvNormTest, PoolsWhereAskedFor) {
  EXPECT_EQ(ConvNorm(ConvNormOptions(3, 5))(x_).sizes(), at::IntArrayRef({2, 5, 6, 7}));
  EXPECT_EQ(ConvNorm(ConvNormOptions(3, 5).pool(true))(x_).sizes(), at::IntArrayRef({2, 5, 3, 3}));
}

// In evaluation mode a new layer's normalisation divides by √(1 + eps).
TEST_F(ConvNormTest, StartsAsTheIdentityInItsFirstFilters) {
  const auto expected = x_.relu() / std::sqrt(1 + 1e-5);
  ConvNorm wider(ConvNormOptions(3, 5)), narrower(ConvNormOptions(3, 2));
  wider->eval();
  narrower->eval();
  EXPECT_CLOSE(wider(x_).narrow(1, 0, 3), expected, rtol(1e-5) + atol(1e-6));
  EXPECT_CLOSE(narrower(x_), expected.narrow(1, 0, 2), rtol(1e-5) + atol(1e-6));
}

TEST_F(ConvNormTest, StartsRandomInTheOtherFilters) {
  ConvNorm layer(ConvNormOptions(3, 5));
  const auto others = layer->named_parameters()["conv.weight"].narrow(0, 3, 2);
  EXPECT_EQ(others.ne(0).sum().item<int64_t>(), others.numel());
}

}  // namespace
}  // namespace spinlab::models
