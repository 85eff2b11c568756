#include "src/physics/jet.h"

#include <functional>

#include "tests/support/spinlab_test.h"

namespace spinlab::physics {
namespace {

// Central differences of the value: error O(h²) in the first and, by rounding, 1e-16/h² in the second
// derivative.
void expect_derivatives(const std::function<Jet(const Jet&)>& f, double x) {
  const double h = 1e-4;
  const auto at = [&](double point) { return f(Jet::variable(point)).value; };
  const auto jet = f(Jet::variable(x));
  EXPECT_CLOSE(jet.first, (at(x + h) - at(x - h)) / (2 * h), rtol(1e-6) + atol(1e-6));
  EXPECT_CLOSE(jet.second, (at(x + h) - 2 * at(x) + at(x - h)) / (h * h), rtol(1e-6) + atol(1e-6));
}

TEST(Jet, CarriesFirstAndSecondDerivatives) {
  for (const double x : {0.3, 1.0, 2.5}) {
    expect_derivatives([](const Jet& t) { return t * t * t - 2 * t + 1; }, x);
    expect_derivatives([](const Jet& t) { return exp(t * t); }, x);
    expect_derivatives([](const Jet& t) { return log(t + 0.5); }, x);
    expect_derivatives([](const Jet& t) { return sqrt(t); }, x);
    expect_derivatives([](const Jet& t) { return asinh(t * t); }, x);
    expect_derivatives([](const Jet& t) { return log1p_exp(t, 1); }, x);
    expect_derivatives([](const Jet& t) { return log1p_exp(t, -1); }, x);
  }
}

}  // namespace
}  // namespace spinlab::physics
