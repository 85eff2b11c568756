#include "src/theory/finite_width/excess_kurtosis.h"

#include <c10/util/Exception.h>

#include "tests/support/spinlab_test.h"

namespace spinlab::theory {
namespace {

double kurtosis_of_one(const char* name, double q = 1) {
  return excess_kurtosis(*make_dual({{"name", name}}, "test"), q, 1);
}

/// [shared reference values] At a width of 1; erf and cos by hand: E cos⁴ = 3/8 + e^-2q/2 + e^-8q/8.
TEST(ExcessKurtosis, HasThePublishedNumbers) {
  EXPECT_NEAR(kurtosis_of_one("linear"), 6, 1e-11);
  EXPECT_NEAR(kurtosis_of_one("relu", 0.3), 15, 1e-11);
  EXPECT_NEAR(kurtosis_of_one("tanh"), 1.88187, 5e-6);
  const double square = (1 + std::exp(-2.0)) / 2, fourth = 3.0 / 8 + std::exp(-2.0) / 2 + std::exp(-8.0) / 8;
  EXPECT_NEAR(kurtosis_of_one("cos"), 3 * (fourth / (square * square) - 1), 1e-11);
  EXPECT_NEAR(excess_kurtosis(*make_dual({{"name", "relu"}}, "test"), 1, 100), 0.15, 1e-13);
}

TEST(ExcessKurtosis, BadInputIsSaidInALine) {
  const auto says = [](const char* what) {
    return testing::ThrowsMessage<c10::ValueError>(testing::HasSubstr(what));
  };
  EXPECT_THAT([] { kurtosis_of_one("relu", 0); }, says("needs a variance q > 0"));
  EXPECT_THAT([] { kurtosis_of_one("exp", 60); }, says("grows too fast"));
}

}  // namespace
}  // namespace spinlab::theory
