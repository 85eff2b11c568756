#include "src/judging/worker/exports.h"

#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

at::Tensor doubled(const at::Tensor& x) { return 2 * x; }
at::Tensor doubled_in_place(const at::Tensor& x) { return x.mul_(2); }
at::Tensor itself(at::Tensor x) { return x; }
void forgotten(at::Tensor x, double) { x.zero_(); }

class ExportsTest : public SpinlabTest {
 protected:
  at::Tensor x_ = at::arange(3, at::kDouble);
};

TEST_F(ExportsTest, AResultTravelsBack) {
  EXPECT_CLOSE(std::get<0>(unpack<at::Tensor>(answer<&doubled>(pack(x_)))), 2 * x_, atol(0.0));
  EXPECT_CLOSE(std::get<0>(unpack<at::Tensor>(answer<&itself>(pack(x_)))), x_, atol(0.0));
}

TEST_F(ExportsTest, AFunctionThatChangesItsArgumentIsRefused) {
  EXPECT_THROW(answer<&doubled_in_place>(pack(x_)), std::logic_error);
  EXPECT_THROW(answer<&forgotten>(pack(x_, 1.0)), std::logic_error);
}

}  // namespace
}  // namespace spinlab::judging
