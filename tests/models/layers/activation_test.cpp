#include "models/layers/activation.h"

#include <ATen/ATen.h>

#include <cmath>

#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

TEST(Activation, HasTheValuesOfItsFormula) {
  const auto at_minus_one = [](const char* name) {
    return activation(name)(at::tensor({-1.0}, at::kDouble)).item<double>();
  };
  EXPECT_CLOSE(at_minus_one("relu"), 0.0, atol(0));
  EXPECT_CLOSE(at_minus_one("tanh"), std::tanh(-1), rtol(1e-14));
  EXPECT_CLOSE(at_minus_one("sigmoid"), 1 / (1 + std::exp(1.0)), rtol(1e-14));
  EXPECT_CLOSE(at_minus_one("gelu"), -0.5 * std::erfc(1 / std::sqrt(2.0)), rtol(1e-13));
  EXPECT_CLOSE(at_minus_one("identity"), -1.0, atol(0));
}

TEST(Activation, NamesTheNearestForAnUnknownOne) {
  try {
    activation("rellu");
    FAIL() << "nothing was thrown";
  } catch (const c10::ValueError& error) {
    EXPECT_THAT(error.what_without_backtrace(), testing::HasSubstr("did you mean \"relu\"?"));
  }
}

}  // namespace
}  // namespace spinlab::models
