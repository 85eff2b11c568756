#include "src/core/likeness.h"

#include <ATen/Functions.h>

#include "src/core/compare.h"
#include "tests/support/spinlab_test.h"

namespace spinlab {
namespace {

using testing::EndsWith;

class LikenessTest : public SpinlabTest {
 protected:
  std::string found(const at::Tensor& got) const { return likeness(got, want_, atol(1e-12)); }

  at::Tensor want_ = at::randn({5, 4}, at::kDouble);
};

TEST_F(LikenessTest, NamesTheUsualMistakes) {
  EXPECT_EQ(found(-want_), "the sign is turned");
  EXPECT_EQ(found(2 * want_), "it is twice the expected");
  EXPECT_EQ(found(want_ / 2), "it is half of the expected");
  EXPECT_EQ(found(want_ / 20), "it is 0.05 times the expected");
  EXPECT_EQ(found(want_ + 1.5), "it is the expected plus 1.5 everywhere");
  EXPECT_EQ(found(want_.to(at::kFloat)), "it agrees to 7 digits: float32?");
  EXPECT_EQ(found(want_.to(at::kFloat).to(at::kDouble).add(1e-12)),
            "it agrees to 7 digits: float32 on the way, or an approximation?");
  EXPECT_EQ(found(want_.t()), "its transpose agrees");
  EXPECT_EQ(found(want_.roll(-1, 0)), "row i is the expected row i + 1");
  EXPECT_EQ(found(want_.roll(1, 0)), "row i is the expected row i - 1");
  EXPECT_EQ(found(want_.flip(1)), "the same values in another order");
}

TEST_F(LikenessTest, SaysNothingWhereThereIsNothing) {
  EXPECT_EQ(found(at::randn({5, 4}, at::kDouble)), "");
  EXPECT_EQ(found(at::randn({4, 5}, at::kDouble)), "");
  EXPECT_EQ(found(at::full({5, 4}, NAN, at::kDouble)), "");
  EXPECT_EQ(found(at::zeros({5, 4}, at::kDouble)), "");
  EXPECT_EQ(likeness(at::full({3}, 2.0), at::ones({3}), atol(0)), "") << "of equal numbers anything is a multiple";
  EXPECT_EQ(likeness(at::ones({0}), at::ones({0}), atol(0)), "");
}

TEST_F(LikenessTest, OfSingleNumbers) {
  EXPECT_EQ(likeness(-3.0, 3.0), "the sign is turned");
  EXPECT_EQ(likeness(6.0, 3.0), "it is twice the expected");
  EXPECT_EQ(likeness(1.5, 3.0), "it is half of the expected");
  EXPECT_EQ(likeness(3.0 + 1e-7, 3.0), "it agrees to 7 digits: float32 on the way, or an approximation?");
  EXPECT_EQ(likeness(static_cast<double>(0.1f), 0.1), "it agrees to 7 digits: float32?");
  EXPECT_EQ(likeness(9.0, 3.0), "");
  EXPECT_EQ(likeness(1.0, 0.0), "");
  EXPECT_EQ(likeness(NAN, 3.0), "");
}

TEST_F(LikenessTest, EndsTheMessageOfTheComparison) {
  EXPECT_THAT(difference(want_.t(), want_, atol(1e-9)), EndsWith("got [4, 5]: its transpose agrees"));
  EXPECT_THAT(difference(-want_, want_, atol(1e-9)), EndsWith("20 of 20 differ): the sign is turned"));
  EXPECT_THAT(difference(2.0, 1.0, atol(1e-9)), EndsWith("(tolerance: absolute 1e-09): it is twice the expected"));
}

}  // namespace
}  // namespace spinlab
