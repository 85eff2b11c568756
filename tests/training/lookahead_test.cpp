#include "src/training/lookahead.h"

#include <ATen/ATen.h>

#include "models/networks/mlp.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

class LookaheadTest : public SpinlabTest {
 protected:
  LookaheadTest() { weight_.zero_(); }

  const at::NoGradGuard outside_the_graph_;
  models::MLP model_{models::MLPOptions(2, {}, 1)};
  const at::Tensor weight_ = model_->parameters()[0];
};

// Of 4 steps from 0, each adding 1, the second and the last are looks: 2 becomes φ = 0 + (1 - β) 2 with β =
// 0.5² (2/4)¹ = 1/8, that is 7/4, and what the last two steps add to it is taken back at the end.
TEST_F(LookaheadTest, ByHand) {
  Lookahead slow(*model_, {.every = 2, .decay = 0.5, .power = 1}, 4);
  const std::vector<double> expected = {1, 1.75, 2.75, 1.75};
  for (int64_t step = 1; step <= 4; ++step) {
    weight_.add_(1);
    slow.after(step);
    EXPECT_CLOSE(weight_, at::full_like(weight_, expected[static_cast<size_t>(step - 1)]), atol(1e-6))
        << step;
  }
}

// With power 0 the weights kept are constant, as Zhang et al. have them: φ is a geometric sum of the looks.
TEST_F(LookaheadTest, WithPowerZeroIsTheOneOfTheFirstPaper) {
  Lookahead slow(*model_, {.every = 1, .decay = 0.5, .power = 0}, 100);
  for (int64_t step = 1; step <= 10; ++step) {
    weight_.add_(1);
    slow.after(step);
  }
  EXPECT_CLOSE(weight_, at::full_like(weight_, 5), atol(1e-5));
}

}  // namespace
}  // namespace spinlab::training
