#include "tests/experiments/tiny.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::experiments {
namespace {

class DepthScaleTest : public SpinlabTest {};

/// ξ_c is 3.4 layers at σ_w² = 0.7 and above 50 near the edge: behind 60 layers of the one all inputs look
/// alike (to e^-17, below float32's rounding of their sums) and one class is named for all, of which there
/// are about 40 of 400 examples; 80 would be 7 standard deviations.
TEST_F(DepthScaleTest, DeepNetworksTrainNearTheEdgeAlone) {
  const auto found = run_tiny("depth-scale",
                              {"data=clusters", "examples=400", "weight_variances=[0.7, 1.76]",
                               "depths=[3, 60]", "width=100", "steps=150", "rate=0.002"},
                              kSeed);
  const auto depths = found.at("correlation_depth").get<std::vector<double>>();
  EXPECT_LT(depths[0], 5);
  EXPECT_GT(depths[1], 30);
  const auto accuracy = found.at("accuracy").get<std::vector<std::vector<double>>>();
  EXPECT_GT(accuracy[0][0], 0.9);
  EXPECT_GT(accuracy[0][1], 0.9);
  EXPECT_LT(accuracy[1][0], 0.2);
  EXPECT_GT(accuracy[1][1], 0.5);
}

}  // namespace
}  // namespace spinlab::experiments
