#include "src/theory/mean_field/mean_field.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <numbers>

#include "tests/support/spinlab_test.h"

namespace spinlab::theory {
namespace {

DualPtr named(const std::string& name) { return make_dual({{"name", name}}, "test"); }

/// [Poole et al. 2016; Schoenholz et al. 2017], by quadrature.
TEST(MeanField, TanhHasThePublishedEdgeOfChaos) {
  EXPECT_NEAR(edge_of_chaos(named("tanh"), 0), 1, 1e-8);
  EXPECT_NEAR(edge_of_chaos(named("tanh"), 0.01), 1.424205, 5e-7);
  EXPECT_NEAR(edge_of_chaos(named("tanh"), 0.1), 1.986073, 5e-7);
  EXPECT_NEAR(edge_of_chaos(named("tanh"), 0.2), 2.285152, 5e-7);
  EXPECT_NEAR(edge_of_chaos(named("relu"), 0), 2, 1e-12);
}

TEST(MeanField, TanhHasThePublishedFixedPoints) {
  struct Known {
    double weights, biases, q, chi, c, depth;
  };
  for (const auto& [weights, biases, q, chi, c, depth] :
       {Known{2.25, 0.0025, 0.798387, 1.136708, 0.052086, 16.2006},
        Known{4, 0.05, 2.195494, 1.342402, 0.165065, 6.98027}}) {
    const auto found = fixed_point({named("tanh"), weights, biases});
    EXPECT_NEAR(found.variance, q, 5e-7);
    EXPECT_NEAR(found.slope_at_one, chi, 5e-7);
    EXPECT_NEAR(found.correlation, c, 5e-7);
    EXPECT_NEAR(found.correlation_depth, depth, 5e-5);
  }
}

/// 1 - c → 9π²/(2 l²), slowly. [shared reference values]
TEST(MeanField, CriticalReluForgetsAsAPower) {
  const auto path = trajectory({named("relu"), 2, 0}, 1, 0.5, 1000);
  const auto scaled = [&](int64_t l) {
    return (1 - path.correlation[l]) * 2 * l * l / (9 * std::numbers::pi * std::numbers::pi);
  };
  EXPECT_NEAR(scaled(100), 0.776, 5e-4);
  EXPECT_NEAR(scaled(1000), 0.967, 5e-4);
  EXPECT_NEAR(path.variance.back(), 1, 1e-12);
}

/// In the ordered phase both distances to the fixed point fall as said.
TEST(MeanField, TrajectoriesFallWithTheDepthsThatAreSaid) {
  const MeanField net{named("tanh"), 1.2, 0.3};
  const auto end = fixed_point(net);
  EXPECT_LT(end.slope_at_one, 1);
  EXPECT_EQ(end.correlation, 1);
  const auto path = trajectory(net, 2 * end.variance, 0.2, 60);
  const auto rate = [&](double early, double late) { return -10 / std::log(late / early); };
  EXPECT_NEAR(rate(path.variance[10] - end.variance, path.variance[20] - end.variance), end.variance_depth,
              0.01 * end.variance_depth);
  EXPECT_NEAR(rate(1 - path.correlation[30], 1 - path.correlation[40]), end.correlation_depth,
              0.01 * end.correlation_depth);
}

TEST(MeanField, SlopesAreDifferences) {
  const MeanField net{named("gelu"), 1.7, 0.2};
  constexpr double kStep = 1e-5;
  EXPECT_NEAR(net.variance_slope(0.8),
              (net.variance_map(0.8 + kStep) - net.variance_map(0.8 - kStep)) / (2 * kStep), 1e-9);
  EXPECT_NEAR(net.slope(0.3, 0.8),
              (net.correlation_map(0.3 + kStep, 0.8) - net.correlation_map(0.3 - kStep, 0.8)) / (2 * kStep),
              1e-9);
}

TEST(MeanField, BadInputIsSaidInALine) {
  const auto says = [](const char* what) {
    return testing::ThrowsMessage<c10::ValueError>(testing::HasSubstr(what));
  };
  EXPECT_THAT([] { fixed_point({named("tanh"), -1, 0}); }, says("at least 0"));
  EXPECT_THAT([] { fixed_point({named("relu"), 3, 0.1}); }, says("grows without bound"));
  EXPECT_THAT([] { edge_of_chaos(named("relu"), 0.1); }, says("no σ_w² is critical"));
  EXPECT_THAT([] { trajectory({named("tanh"), 1, 0}, -1, 0, 3); }, says("needs q > 0"));
}

}  // namespace
}  // namespace spinlab::theory
