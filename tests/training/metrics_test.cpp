#include "src/training/metrics.h"

#include <ATen/ATen.h>

#include <cmath>

#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

TEST(Metrics, OfClassesByHand) {
  const auto logits = at::tensor({0., std::log(3.), 2., 2., 0., 0.}, at::kFloat).reshape({3, 2});
  const auto metrics = classification_metrics(logits, at::tensor({1, 1, 0}, at::kLong));
  // p of the right class: 3/4, 1/2, 1/2; the two ties go to class 0.
  EXPECT_CLOSE(metrics.at("loss"), -(std::log(0.75) + 2 * std::log(0.5)) / 3, rtol(1e-6));
  EXPECT_CLOSE(metrics.at("accuracy"), 2.0 / 3, rtol(1e-15));
}

TEST(Metrics, OfRegressionByHand) {
  const auto y = at::tensor({1., 2., 3., 6.}, at::kDouble),
             predicted = at::tensor({1., 2., 5., 6.}, at::kDouble);
  const auto metrics = regression_metrics(predicted, y);
  EXPECT_CLOSE(metrics.at("rmse"), 1.0, rtol(1e-15));
  EXPECT_CLOSE(metrics.at("r2"), 1 - 4.0 / 14, rtol(1e-15));
}

TEST(Metrics, TakeAPrefix) { EXPECT_EQ(prefixed("test_", {{"loss", 2}}), (Metrics{{"test_loss", 2}})); }

}  // namespace
}  // namespace spinlab::training
