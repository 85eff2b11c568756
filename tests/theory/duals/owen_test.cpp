#include "src/theory/duals/owen.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

#include "tests/support/spinlab_test.h"

namespace spinlab::theory {
namespace {

/// Of its definition by the midpoint rule, whose error is a step's square: extrapolated from two steps.
double owen_by_midpoints(double h, double y) {
  const auto sum = [&](int64_t count) {
    const auto x = (at::arange(count, at::kDouble) + 0.5) * (y / h / count);
    return (((x.square() + 1) * (-h * h / 2)).exp() / (x.square() + 1)).mean().item<double>() * y / h;
  };
  return (4 * sum(100'000) - sum(50'000)) / 3 / (2 * std::numbers::pi);
}

TEST(Owen, IsItsIntegral) {
  for (const double h : {0.3, 1.0, 2.5, 6.0})
    for (const double y : {-3.0, -0.4, 0.0, 0.05, 0.9, 2.0, 7.0})
      EXPECT_NEAR(owen_t(at::scalar_tensor(h, at::kDouble), at::scalar_tensor(y, at::kDouble)).item<double>(),
                  owen_by_midpoints(h, y), 2e-14)
          << h << ' ' << y;
}

/// T(h, 1) = Φ(h) (1 - Φ(h))/2, and all of the half plane is a half of the tail.
TEST(Owen, HasItsClosedForms) {
  const auto h = at::linspace(0.01, 5, 50, at::kDouble), tail = upper_tail(h);
  EXPECT_CLOSE(owen_t(h, h), tail * (1 - tail) / 2, atol(1e-16));
  EXPECT_CLOSE(owen_t(h, at::full_like(h, 1e300)), tail / 2, atol(1e-16));
  EXPECT_CLOSE(owen_t(h, -h), -owen_t(h, h), atol(0));
}

}  // namespace
}  // namespace spinlab::theory
