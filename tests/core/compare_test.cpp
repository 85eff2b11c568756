#include "src/core/compare.h"

#include <torch/types.h>

#include <limits>

#include "tests/support/spinlab_test.h"

namespace spinlab {
namespace {

using testing::HasSubstr;

TEST(Difference, IsEmptyWithinTheTolerance) {
  const auto x = torch::tensor({1.0, 2.0});
  EXPECT_EQ(difference(x * (1 + 0.9e-6), x, rtol(1e-6)), "");
  EXPECT_NE(difference(x * (1 + 1.1e-6), x, rtol(1e-6)), "");
}

TEST(Difference, NamesTheFirstAndTheWorstPlaceTheirValuesAndTheCount) {
  auto got = torch::zeros({2, 3});
  got[1][0] = 5;
  got[1][2] = 7;
  const auto text = difference(got, torch::zeros({2, 3}), atol(0.5));
  EXPECT_THAT(text, HasSubstr("[1, 0]: expected 0, got 5"));
  EXPECT_THAT(text, HasSubstr("absolute 0.5"));
  EXPECT_THAT(text, HasSubstr("2 of 6 differ"));
  EXPECT_THAT(text, HasSubstr("most at [1, 2]: expected 0, got 7"));
}

TEST(Difference, TellsShapesApartInsteadOfBroadcasting) {
  EXPECT_THAT(difference(torch::zeros({3, 1}), torch::zeros({3}), atol(1)), HasSubstr("shapes differ"));
}

TEST(Difference, NanEqualsNothingAndInfinityOnlyItself) {
  const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
  EXPECT_NE(difference(nan, nan, atol(1)), "");
  EXPECT_EQ(difference(inf, inf, atol(0)), "");
  EXPECT_NE(difference(inf, -inf, rtol(1)), "");
}

TEST(Difference, ComparesComplexNumbersAndIntegers) {
  EXPECT_NE(difference(torch::tensor(c10::complex<double>(1, 2)), torch::tensor(c10::complex<double>(1, 3)),
                       atol(.5)),
            "");
  EXPECT_EQ(difference(torch::tensor(int64_t{3}), torch::tensor(3.0), atol(0)), "");
}

}  // namespace
}  // namespace spinlab
