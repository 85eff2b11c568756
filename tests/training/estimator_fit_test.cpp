#include "src/training/estimator_fit.h"

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

}  // namespace
}  // namespace spinlab::training
