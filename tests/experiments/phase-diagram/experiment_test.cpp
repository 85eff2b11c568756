#include "tests/experiments/tiny.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::experiments {
namespace {

class PhaseDiagramTest : public SpinlabTest {};

/// The mean over 30 independent networks differs from theory by the finite width, of order layers/N = 0.01,
/// and by chance: Student's t of 29 degrees of freedom is beyond 7 with probability 1.1e-7, for each of 4
/// points.
TEST_F(PhaseDiagramTest, CorrelationsBehindRandomLayersAreTheoryS) {
  const auto found =
      run_tiny("phase-diagram",
               {"data=clusters", "weight_variances=[0.8, 3]", "bias_variances=[0.05, 0.3]", "layers=5",
                "resolution=3", "width=500", "networks=30", "training.layers=2", "training.width=50",
                "training.examples=300", "training.steps=200", "training.rate=0.01"},
               kSeed);
  const auto& grid = found.at("grid");
  for (size_t i = 0; i < 4; ++i) {
    const double expected = grid.at("expected")[i], error = grid.at("correlation").at("error")[i];
    EXPECT_NEAR(grid.at("correlation").at("value")[i].get<double>(), expected, 7 * error + 0.01) << i;
    EXPECT_GT(grid.at("accuracy")[i].get<double>(), 0.9) << i;  // two layers learn clusters anywhere
  }
  // Ordered and chaotic: towards 1, from 0.5, and not.
  EXPECT_GT(grid.at("expected")[0].get<double>(), 0.8);
  EXPECT_LT(grid.at("expected")[2].get<double>(), 0.6);
  // σ_w² > 1 at the edge, growing with σ_b². [Schoenholz et al. 2017, fig. 1]
  const auto edge = found.at("theory").at("edge").get<std::vector<double>>();
  EXPECT_GT(edge.front(), 1);
  EXPECT_TRUE(std::is_sorted(edge.begin(), edge.end()));
}

}  // namespace
}  // namespace spinlab::experiments
