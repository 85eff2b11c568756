#include "src/theory/duals/hermite_series.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>

#include "tests/support/spinlab_test.h"

namespace spinlab::theory {
namespace {

at::Tensor scalar(double x) { return at::scalar_tensor(x, at::kDouble); }
at::Tensor hard_tanh(const at::Tensor& u) { return u.clamp(-1, 1); }
auto refuses(const char* what) { return testing::ThrowsMessage<c10::ValueError>(testing::HasSubstr(what)); }

class HermiteSeriesTest : public SpinlabTest {};

/// What has a closed form, by the series: more variances than one block of it.
TEST_F(HermiteSeriesTest, AgreesWithClosedForms) {
  const auto q = at::logspace(-3, 1.2, 1300, 10, at::kDouble), r = at::tensor({0.01, 1.0, 7.0}, at::kDouble);
  const auto k = q.sqrt().outer(r.sqrt()) * at::tensor({-0.8, 0.3, 0.99}, at::kDouble);
  for (const auto* name : {"erf", "sin", "gelu"}) {
    const auto exact = make_dual({{"name", name}}, "test");
    const auto series = hermite_series([&](const at::Tensor& u) { return exact->function(u); });
    const auto found = dual(*series, q.unsqueeze(1), r, k), expected = dual(*exact, q.unsqueeze(1), r, k);
    EXPECT_CLOSE(found.value, expected.value, rtol(1e-9) + atol(1e-10)) << name;
    EXPECT_CLOSE(found.derivative, expected.derivative, rtol(1e-9) + atol(1e-10)) << name;
  }
}

/// Of clamp(u, -1, 1): E φ² = P(|u| < 1) E[u² | |u| < 1] + P(|u| > 1), E φ'² = P(|u| < 1).
TEST_F(HermiteSeriesTest, OfAKinkedOneTheSquareIsExactAndWhatIsNotKnownIsRefused) {
  const auto series = hermite_series(hard_tanh, {.breaks = {-1, 1}});
  for (const double q : {0.3, 1.0, 4.0}) {
    const double inside = std::erf(1 / std::sqrt(2 * q));
    const double density = std::exp(-0.5 / q) * std::sqrt(2 / (std::acos(-1.0) * q));
    const auto own = dual(*series, scalar(q), scalar(q), scalar(q));
    EXPECT_CLOSE(own.value.item<double>(), q * (inside - density) + 1 - inside, rtol(1e-10));
    EXPECT_CLOSE(own.derivative.item<double>(), inside, rtol(1e-10));
  }
  dual(*series, scalar(1), scalar(1), scalar(0.9));
  EXPECT_THAT([&] { dual(*series, scalar(1), scalar(1), scalar(0.9999)); }, refuses("φ has a kink"));
  EXPECT_THAT([] { dual(*hermite_series(hard_tanh), scalar(1.3), scalar(1.3), scalar(0)); },
              refuses("is not smooth"));
}

TEST_F(HermiteSeriesTest, WhatGrowsTooFastIsRefused) {
  const auto series = hermite_series([](const at::Tensor& u) { return (0.3 * u.square()).exp(); });
  dual(*series, scalar(0.1), scalar(0.1), scalar(0.05));
  EXPECT_THAT([&] { dual(*series, scalar(1), scalar(1), scalar(0.5)); }, refuses("grows too fast"));
  const auto faster = hermite_series([](const at::Tensor& u) { return u.square().exp(); });
  EXPECT_THAT([&] { dual(*faster, scalar(1), scalar(1), scalar(0.5)); }, refuses("grows too fast"));
  EXPECT_THAT(
      [] {
        dual(*hermite_series([](const at::Tensor& u) { return u.sum(); }), scalar(1), scalar(1), scalar(0));
      },
      refuses("argument's shape"));
}

TEST_F(HermiteSeriesTest, ConstantsAndSmallVariancesAreAllRight) {
  const auto one = hermite_series([](const at::Tensor& u) { return at::ones_like(u); });
  EXPECT_CLOSE(dual(*one, scalar(1), scalar(2), scalar(0.5)).value.item<double>(), 1.0, rtol(1e-12));
  const auto tanh = make_dual({{"name", "tanh"}}, "test");
  const auto none = dual(*tanh, scalar(0), scalar(1), scalar(0));
  EXPECT_CLOSE(none.value.item<double>(), 0.0, atol(1e-12));
  // φ'(0) = 1
  EXPECT_CLOSE(none.derivative.item<double>(),
               (1 - dual(*tanh, scalar(1), scalar(1), scalar(1)).value).item<double>(), rtol(1e-9));
}

}  // namespace
}  // namespace spinlab::theory
