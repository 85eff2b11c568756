#include "src/training/estimator_fit.h"

#include <cmath>

#include "datasets/sets/nist.h"
#include "src/training/config.h"
#include "src/training/runs/run.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

class EstimatorFitTest : public SpinlabTest {};

TEST_F(EstimatorFitTest, AFittedModelIsRunAndEvaluatedLikeATrainedOne) {
  const Json config = complete_config(
      {{"recipe", "fit"}, {"model", {{"name", "ridge"}}}, {"data", {{"name", "linear"}}}}, "fit");
  const RunFolder run(folder() / "fit");
  const auto result = start_run(config, run, datasets::DataFolders(), "test", false);
  EXPECT_GT(result->at("metrics").at("test_r2"), 0.9);
  EXPECT_EQ(evaluate_run(run, datasets::DataFolders(), "").at("test_r2"), result->at("metrics").at("test_r2"));
}

class EstimatorFitDataTest : public RealDataTest {
 protected:
  static double rmse(const Json& model, const std::string& problem) {
    const auto config = parse_config(
        complete_config({{"model", model}, {"data", {{"name", "nist"}, {"problem", problem}}}}, "fit"), "fit");
    auto set = datasets::load_dataset(config.data, datasets::DataFolders(), 1);
    EstimatorFit fit(config, set);
    fit.train_epoch();
    return fit.evaluate(set.test).at("rmse");
  }
};

// By the recipe that a user would write, normalisation and all. Wampler 1 and 2 are exact polynomials: of their certified
// residual 0 rounding leaves 1e-9 of targets up to 3e6 and 63; NoInt 1 and 2 have no intercept.
TEST_F(EstimatorFitDataTest, LeastSquaresLeavesNistsCertifiedResiduals) {
  for (const auto& name : datasets::nist::linear_names()) {
    const auto certified = datasets::nist::linear(name);
    const auto n = static_cast<double>(certified.y.size(0));
    const auto expected = std::sqrt(certified.residual_sum_of_squares / n);
    const auto largest = certified.y.abs().max().item<double>();
    EXPECT_CLOSE(rmse({{"name", "ridge"}}, name), expected, rtol(1e-8) + atol(1e-14 * largest)) << name;
  }
}

}  // namespace
}  // namespace spinlab::training
