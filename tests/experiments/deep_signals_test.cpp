#include "experiments/deep_signals.h"

#include <ATen/ATen.h>

#include "src/theory/mean_field/mean_field.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::experiments {
namespace {

class DeepSignalsTest : public SpinlabTest {};

/// Ordered, near the edge, chaotic.
TEST_F(DeepSignalsTest, AreThoseOfEachNetworkByItself) {
  const auto tanh = theory::make_dual({{"name", "tanh"}}, "tanh");
  const auto w = at::tensor({0.8, 1.6, 3.0}, at::kDouble), b = at::tensor({0.05, 0.05, 0.2}, at::kDouble);
  DeepSignals signals(tanh, w, b, 0.5);
  signals.advance_to(6);
  for (int64_t i = 0; i < 3; ++i) {
    const theory::MeanField one{tanh, w[i].item<double>(), b[i].item<double>()};
    const double q = one.weight_variance + one.bias_variance;
    const auto path = theory::trajectory(one, q, (one.weight_variance * 0.5 + one.bias_variance) / q, 5);
    EXPECT_NEAR(signals.variance()[i].item<double>(), path.variance.back(), 1e-9) << i;
    EXPECT_NEAR(signals.correlation()[i].item<double>(), path.correlation.back(), 1e-9) << i;
  }
  signals.advance_to(1000);
  for (int64_t i = 0; i < 3; ++i) {
    const auto end = theory::fixed_point({tanh, w[i].item<double>(), b[i].item<double>()});
    EXPECT_NEAR(signals.variance()[i].item<double>(), end.variance, 1e-5) << i;
    EXPECT_NEAR(signals.slope_at_one()[i].item<double>(), end.slope_at_one, 1e-5) << i;
    EXPECT_NEAR(signals.correlation_depth()[i].item<double>(), end.correlation_depth,
                1e-3 * end.correlation_depth)
        << i;
  }
}

}  // namespace
}  // namespace spinlab::experiments
