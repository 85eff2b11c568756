// The checks that never leave the instructor: the edges of the definition.
#include "assignments/shared/draws.h"
#include "calls.h"

namespace {

using namespace spinlab;
using namespace spinlab::shared;

TEST(MeanSquare, TheEdgesOfTheDefinition) {
  EXPECT_CLOSE(mean_square(vector({-3})), 9.0, rtol(1e-15));
  EXPECT_THROW(mean_square(vector({})), StudentError);
  EXPECT_THROW(mean_square(vector({1, 2}).unsqueeze(1)), StudentError);
}

}  // namespace
