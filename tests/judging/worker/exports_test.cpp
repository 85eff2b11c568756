#include "src/judging/worker/exports.h"

#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

at::Tensor doubled(const at::Tensor& x) { return 2 * x; }
at::Tensor doubled_in_place(const at::Tensor& x) { return x.mul_(2); }
at::Tensor itself(at::Tensor x) { return x; }
at::Tensor marked(const at::Tensor& x) { return at::sum(x.requires_grad_()).detach(); }
at::Tensor attached(const at::Tensor& x) { return x.clone().requires_grad_(); }
at::Tensor transposed(const at::Tensor& x) { return x.unsqueeze_(1).clone(); }
double of_number(double x) { return x; }
void forgotten(at::Tensor x, double) { x.zero_(); }

class ExportsTest : public SpinlabTest {
 protected:
  at::Tensor x_ = at::arange(3, at::kDouble);
};

TEST_F(ExportsTest, AResultTravelsBack) {
  EXPECT_CLOSE(std::get<0>(unpack<at::Tensor>(answer<&doubled>(pack(x_)))), 2 * x_, atol(0.0));
}

TEST_F(ExportsTest, AFunctionThatChangesItsArgumentIsRefused) {
  EXPECT_THROW(answer<&doubled_in_place>(pack(x_)), BrokenRule);
  EXPECT_THROW(answer<&forgotten>(pack(x_, 1.0)), BrokenRule);
  EXPECT_THROW(answer<&marked>(pack(x_)), BrokenRule);
  EXPECT_THROW(answer<&transposed>(pack(x_)), BrokenRule);
  EXPECT_NO_THROW(answer<&of_number>(pack(std::nan(""))));
}

TEST_F(ExportsTest, WhatIsReturnedNeedsNoGradients) {
  EXPECT_NO_THROW(answer<&itself>(pack(x_)));
  EXPECT_THROW(answer<&attached>(pack(x_)), BrokenRule);
  EXPECT_NO_THROW((answer<&attached, By::kUs>(pack(x_))));
}

}  // namespace
}  // namespace spinlab::judging
