// The checks that students see. Every input is drawn from the check's seed, so only an algorithm passes, not
// a table.
#include "assignments/shared/draws.h"
#include "calls.h"

namespace {

using namespace spinlab;
using namespace spinlab::shared;

TEST(MeanSquare, IsTheSumOfSquaresOverN) {
  const auto x = 2 + normal({17}, "sample");
  EXPECT_CLOSE(mean_square(x), x.dot(x).item<double>() / 17, rtol(1e-12));
}

/// ⟨(cx)²⟩ = c²⟨x²⟩, and it is not 0.
TEST(MeanSquare, HasTheSquareOfTheUnit) {
  const auto x = normal({9}, "unit");
  const double c = number(2, 5, "factor"), one = mean_square(x);
  EXPECT_GT(one, 0);
  EXPECT_CLOSE(mean_square(c * x), c * c * one, rtol(1e-12));
}

}  // namespace
