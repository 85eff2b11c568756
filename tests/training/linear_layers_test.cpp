#include "src/training/linear_layers.h"

#include <ATen/ATen.h>
#include <torch/nn/modules/linear.h>

#include "src/core/seed.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

class LinearLayersTest : public SpinlabTest {
 protected:
  LinearLayersTest() {
    for (auto layer : {first_, second_}) layer->to(at::kDouble);
  }

  at::Tensor forward() { return second_(first_(x_).tanh()); }

  at::Tensor x_ = at::randn({7, 3}, make_generator(kSeed, "x"), at::kDouble);
  torch::nn::Linear first_{3, 5}, second_{torch::nn::LinearOptions(5, 2).bias(false)};
};

TEST_F(LinearLayersTest, FindsInputsAndOutputsOfEachWeight) {
  at::Tensor y;
  const auto passes = linear_passes({second_->weight, first_->weight}, [&] { y = forward(); });
  ASSERT_EQ(passes.size(), 2);
  EXPECT_CLOSE(passes[1].input, x_, atol(0));
  EXPECT_CLOSE(passes[1].output, first_(x_), atol(0));
  EXPECT_CLOSE(passes[0].input, first_(x_).tanh(), atol(0));
  EXPECT_CLOSE(passes[0].output, y, atol(0));
}

TEST_F(LinearLayersTest, FindsNothingWhereAWeightIsUsedTwiceOrNever) {
  const auto other = at::ones({5, 3}, at::kDouble);
  const auto passes = linear_passes({first_->weight, other}, [&] { return first_(x_) + first_(2 * x_); });
  EXPECT_FALSE(passes[0].output.defined());
  EXPECT_FALSE(passes[1].output.defined());
  EXPECT_FALSE(linear_passes({first_->weight}, [] {})[0].output.defined());  // it has stopped listening
}

TEST_F(LinearLayersTest, GradientsOfExamplesAddUpToThoseOfTheWeights) {
  at::Tensor y;
  const auto passes = linear_passes({first_->weight, second_->weight}, [&] { y = forward(); });
  const auto directions = at::randn({2, 7, 2}, make_generator(kSeed, "directions"), at::kDouble);
  const auto factors = linear_factors(passes, y, directions);
  for (int64_t c = 0; c < 2; ++c) {
    for (auto layer : {first_, second_}) layer->zero_grad();
    (forward() * directions[c]).sum().backward();
    EXPECT_CLOSE(factors[0].gradients[c].t().mm(factors[0].inputs), first_->weight.grad(), rtol(1e-12));
    EXPECT_CLOSE(factors[1].gradients[c].t().mm(factors[1].inputs), second_->weight.grad(), rtol(1e-12));
  }
}

TEST_F(LinearLayersTest, SampledDirectionsHaveTheSecondMomentOfAllColumns) {
  const auto factor = at::randn({1, 3, 4}, make_generator(kSeed, "factor"), at::kDouble);
  const int64_t n = 200'000;
  const auto sampled =
      fisher_directions(factor.expand({n, 3, 4}), FisherKind::kSampled, make_generator(kSeed, "labels"))
          .squeeze(0);
  const auto columns = fisher_directions(factor, FisherKind::kExact, {}).squeeze(1);
  const auto exact = columns.t().mm(columns);
  EXPECT_CLOSE(exact, factor[0].mm(factor[0].t()), rtol(1e-12));
  // A product of normal numbers of variances a and b has at most the variance 2 a b; 9 entries at 6
  // deviations fail in less than 2e-8 of all seeds.
  const auto scale = exact.diagonal().sqrt();
  const auto deviations =
      (sampled.t().mm(sampled) / n - exact) / at::outer(scale, scale) / std::sqrt(2.0 / n);
  EXPECT_LT(deviations.abs().max().item<double>(), 6);
}

}  // namespace
}  // namespace spinlab::training
