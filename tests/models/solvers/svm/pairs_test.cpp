#include "models/solvers/svm/pairs.h"

#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

/// k = 1 of a point and itself, else 0; both pairs of like signs gain.
SmallDual two_pairs() {
  SmallDual dual;
  dual.kernel.assign(16, 0);
  for (size_t i = 0; i < 4; ++i) dual.kernel[5 * i] = 1;
  dual.sign = {1, 1, -1, -1};
  dual.bound.assign(4, 1);
  dual.alpha = {1, 0, 1, 0};
  dual.gain = {-1, 0, 1, 0};
  dual.keeps_each_sign = true;
  return dual;
}

/// Of each pair half of α goes over.
TEST(SvmPairs, ALimitOfPairsHoldsForBothSignsTogether) {
  auto one = two_pairs();
  EXPECT_EQ(solve_by_pairs(one, 1e-9, 1), 1);
  EXPECT_EQ(one.alpha, (std::vector{0.5, 0.5, 1.0, 0.0}));
  auto both = two_pairs();
  EXPECT_EQ(solve_by_pairs(both, 1e-9, 100), 2);
  EXPECT_EQ(both.alpha, (std::vector{0.5, 0.5, 0.5, 0.5}));
}

}  // namespace
}  // namespace spinlab::models
