#include "src/training/estimator_fit.h"

#include <ATen/ATen.h>

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
  EXPECT_EQ(evaluate_run(run, datasets::DataFolders(), "").at("test_r2"),
            result->at("metrics").at("test_r2"));
}

// Two Gaussians are told apart by a line, which is what logistic regression has: with 2,000 examples it is
// close to the Bayes rule. Both metrics are of the same examples, so that chance hardly moves the difference.
TEST_F(EstimatorFitTest, AClassifierIsHeldAgainstTheBayesRule) {
  const Json data = {{"name", "blobs"}, {"classes", 2}, {"separation", 2.0}, {"samples", 2000}};
  const Json config =
      complete_config({{"recipe", "fit"}, {"model", {{"name", "logistic"}}}, {"data", data}}, "fit");
  const auto result = start_run(config, RunFolder(folder() / "fit"), datasets::DataFolders(), "test", false);
  const auto metrics = result->at("metrics");
  EXPECT_CLOSE(metrics.at("test_accuracy").get<double>(), metrics.at("test_bayes_accuracy").get<double>(),
               atol(0.02));
  EXPECT_CLOSE(metrics.at("test_bayes_accuracy").get<double>(), 0.8413, atol(0.045));
}

class EstimatorFitDataTest : public RealDataTest {
 protected:
  static double rmse(const Json& model, const std::string& problem) {
    const auto config = parse_config(
        complete_config({{"model", model}, {"data", {{"name", "nist"}, {"problem", problem}}}}, "fit"),
        "fit");
    auto set = datasets::load_dataset(config.data, datasets::DataFolders(), 1);
    EstimatorFit fit(config, set);
    fit.train_epoch();
    return fit.evaluate(set.test).at("rmse");
  }
};

// By the recipe that a user would write, normalisation and all. Wampler 1 and 2 are exact polynomials: of
// their certified residual 0 rounding leaves 1e-9 of targets up to 3e6 and 63; NoInt 1 and 2 have no
// intercept.
TEST_F(EstimatorFitDataTest, LeastSquaresLeavesNistsCertifiedResiduals) {
  for (const auto& name : datasets::nist::linear_names()) {
    const auto certified = datasets::nist::linear(name);
    const auto n = static_cast<double>(certified.y.size(0));
    const auto expected = std::sqrt(certified.residual_sum_of_squares / n);
    const auto largest = certified.y.abs().max().item<double>();
    EXPECT_CLOSE(rmse({{"name", "ridge"}}, name), expected, rtol(1e-8) + atol(1e-14 * largest)) << name;
  }
}

// Against the normal equations' own solution: without an intercept nothing may be subtracted from inputs that
// are far from 0.
TEST_F(EstimatorFitTest, ARegressionThroughTheOriginIsOne) {
  datasets::Dataset set;
  set.name = "far";
  set.train.inputs = 10 + at::randn({50, 2}, at::kDouble);
  set.train.targets = 100 + at::randn({50}, at::kDouble);
  set.test = set.train;
  set.mean = set.train.inputs.mean(0);
  set.deviation = set.train.inputs.std(0, /*unbiased=*/false);
  const auto rmse = [&](const Json& model, bool of_the_set) {
    auto data = set;
    data.intercept = of_the_set;
    EstimatorFit fit(
        parse_config(complete_config({{"model", model}, {"data", {{"name", "linear"}}}}, "fit"), "fit"),
        data);
    fit.train_epoch();
    return fit.evaluate(set.test).at("rmse");
  };
  const auto expected = [&](const at::Tensor& X) {
    const auto w = std::get<0>(at::linalg_lstsq(X, set.train.targets.unsqueeze(1), std::nullopt, "gelsd"));
    return (set.train.targets - X.matmul(w).squeeze(1)).square().mean().sqrt().item<double>();
  };
  const auto through = expected(set.train.inputs),
             free = expected(at::cat({set.train.inputs, at::ones({50, 1}, at::kDouble)}, 1));
  ASSERT_GT(through, 1.1 * free);
  EXPECT_CLOSE(rmse({{"name", "ridge"}, {"intercept", false}}, true), through, rtol(1e-10));
  EXPECT_CLOSE(rmse({{"name", "ridge"}}, false), through, rtol(1e-10));
  EXPECT_CLOSE(rmse({{"name", "ridge"}, {"intercept", true}}, false), free, rtol(1e-10));
  EXPECT_CLOSE(rmse({{"name", "ridge"}}, true), free, rtol(1e-10));
}

}  // namespace
}  // namespace spinlab::training
