#include "models/estimators/softmax_loss.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

/// With all numbers of X, and with a tenth of them, where the sums take another way.
class SoftmaxLossTest : public SpinlabTest, public testing::WithParamInterface<double> {
 protected:
  // More rows than a block, and a last block that is not full.
  at::Tensor X_ = at::randn({1300, 3}, at::kDouble) * at::rand({1300, 3}, at::kDouble).le(GetParam());
  at::Tensor y_ = at::randint(0, 4, {1300});
  at::Tensor W_ = at::randn({3, 4}, at::kDouble), b_ = at::randn({4}, at::kDouble);
  SoftmaxLoss loss_{X_, y_, 4};
};

TEST_P(SoftmaxLossTest, HasAutogradsLossAndSlope) {
  const auto W = W_.clone().requires_grad_(), b = b_.clone().requires_grad_();
  const auto expected = at::cross_entropy_loss(at::addmm(b, X_, W), y_);
  expected.backward();
  const auto found = loss_.slope(W_, b_);
  EXPECT_CLOSE(found.loss, expected.item<double>(), rtol(1e-13));
  EXPECT_CLOSE(found.by_weights, W.grad(), rtol(1e-10) + atol(1e-14));
  EXPECT_CLOSE(found.by_intercept, b.grad(), rtol(1e-10) + atol(1e-14));
}

TEST_P(SoftmaxLossTest, Float32HasSixDigits) {
  const auto exact = loss_.slope(W_, b_), rough = loss_.in_float32().slope(W_, b_);
  EXPECT_CLOSE(rough.loss, exact.loss, rtol(1e-6));
  EXPECT_CLOSE(rough.by_weights, exact.by_weights, atol(1e-6));
  EXPECT_CLOSE(rough.by_intercept, exact.by_intercept, atol(1e-6));
}

TEST_P(SoftmaxLossTest, CurvatureIsTheDifferenceOfSlopes) {
  const auto all = at::cat({W_.flatten(), b_});
  const auto slope = [&](const at::Tensor& at) {
    const auto found = loss_.slope(at.narrow(0, 0, 12).view({3, 4}), at.narrow(0, 12, 4));
    return at::cat({found.by_weights.flatten(), found.by_intercept});
  };
  const auto places = at::tensor({0, 5, 7, 11, 12, 15}, at::kLong);
  const auto H = loss_.curvature(W_, b_, places);
  for (int64_t i = 0; i < places.size(0); ++i) {
    constexpr double kStep = 1e-5;
    auto by = at::zeros_like(all);
    by[places[i].item<int64_t>()] = kStep;
    const auto row = (slope(all + by) - slope(all - by)).index_select(0, places) / (2 * kStep);
    EXPECT_CLOSE(H[i], row, rtol(1e-6) + atol(1e-9));
  }
}

TEST_P(SoftmaxLossTest, IsTheSameBitsOnAnyNumberOfThreads) {
  const auto before = at::get_num_threads();
  at::set_num_threads(1);
  const auto one = loss_.slope(W_, b_);
  at::set_num_threads(2);
  const auto two = loss_.slope(W_, b_);
  at::set_num_threads(before);
  EXPECT_EQ(one.loss, two.loss);
  EXPECT_TRUE(at::equal(one.by_weights, two.by_weights));
}

INSTANTIATE_TEST_SUITE_P(DenseAndSparse, SoftmaxLossTest, testing::Values(1.0, 0.1));

}  // namespace
}  // namespace spinlab::models
