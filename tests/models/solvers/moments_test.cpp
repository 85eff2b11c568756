#include "models/solvers/moments.h"

#include <ATen/ATen.h>

#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

class MomentsTest : public SpinlabTest {
 protected:
  // More columns than one product takes at a time, and an odd number of them.
  at::Tensor X_ = at::randn({700, 301}, at::kDouble) + at::arange(301, at::kDouble);
  at::Tensor Y_ = at::randn({700, 2}, at::kDouble) - 5;

  Moments in_blocks(int64_t size) const {
    Moments all;
    for (int64_t i = 0; i < X_.size(0); i += size)
      all.add(X_.slice(0, i, i + size), Y_.slice(0, i, i + size));
    return all;
  }
};

TEST_F(MomentsTest, AreThoseOfAllRowsWhateverTheBlocks) {
  const auto x = X_ - X_.mean(0), y = Y_ - Y_.mean(0);
  for (const int64_t size : {1, 64, 700}) {
    const auto found = in_blocks(size);
    EXPECT_EQ(found.rows(), 700);
    EXPECT_CLOSE(found.x_mean(), X_.mean(0), rtol(1e-13) + atol(1e-13));
    EXPECT_CLOSE(found.y_mean(), Y_.mean(0), rtol(1e-13));
    EXPECT_CLOSE(found.xx(), x.t().mm(x), rtol(1e-11) + atol(1e-9));
    EXPECT_CLOSE(found.xy(), x.t().mm(y), rtol(1e-11) + atol(1e-9));
    EXPECT_CLOSE(found.yy(), y.square().sum(0), rtol(1e-11));
    EXPECT_CLOSE(found.xx(false), X_.t().mm(X_), rtol(1e-12));
    EXPECT_CLOSE(found.xy(false), X_.t().mm(Y_), rtol(1e-12));
    EXPECT_CLOSE(found.yy(false), Y_.square().sum(0), rtol(1e-12));
  }
}

// At 1e8 a sum of squares has no digit left of a variance of 1; about the first block's mean it keeps 12.
TEST_F(MomentsTest, KeepTheirDigitsFarFromZero) {
  const auto far = X_.narrow(1, 0, 2) + 1e8;
  const auto x = far - far.mean(0);
  EXPECT_CLOSE(moments(far, Y_).xx(), x.t().mm(x), rtol(1e-10) + atol(1e-8));
}

// A float32 sum of 700 products of random signs is wrong by about √700 · 6e-8 of its terms' size.
TEST_F(MomentsTest, ByFloat32AreNearlyThose) {
  const auto units = at::pow(10, at::linspace(-30, 30, 301, at::kDouble));
  const auto exact = moments(X_ * units, Y_).xx(), found = moments(X_ * units, Y_, at::kFloat).xx();
  const auto size = exact.diagonal().sqrt();
  const auto worst = ((found - exact) / size.outer(size)).abs().max().item<double>();
  EXPECT_LT(worst, 1e-6);
  EXPECT_GT(worst, 1e-9);  // it is another computation
}

}  // namespace
}  // namespace spinlab::models
