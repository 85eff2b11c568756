#include "src/training/metrics.h"

#include <ATen/ATen.h>

#include <cmath>

#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

const std::vector<Metric> kOfText{
    {"loss", "nats a token"}, {"ngram_loss", "nats"}, {"accuracy", "share", true}, {"hits", "share", true}};

TEST(Metrics, AreWrittenWithFiveDigitsAndTheirUnit) {
  EXPECT_EQ(text_of("test_loss", 1.87654321, kOfText), "1.8765 nats a token");
  EXPECT_EQ(text_of("test_ngram_loss", 2, kOfText), "2 nats");
  EXPECT_EQ(text_of("train_accuracy", 0.971249, kOfText), "97.12 %");
  EXPECT_EQ(text_of("train_perplexity", 12345.678, kOfText), "12346");
}

TEST(Metrics, HaveOneThatSaysMost) {
  const Metrics measured{{"test_loss", 1}, {"test_accuracy", 0.5}, {"test_hits", 0.1}, {"train_loss", 2}};
  EXPECT_EQ(headline_of(measured, kOfText, ""), "test_hits");
  EXPECT_EQ(headline_of(measured, kOfText, "train_loss"), "train_loss");
  EXPECT_EQ(headline_of({{"test_loss", 1}, {"test_ngram_loss", 2}}, kOfText, "test_f1"), "test_loss");
  auto validated = measured;
  validated["validation_loss"] = 3;
  EXPECT_EQ(headline_of(validated, kOfText, ""), "validation_loss");
  EXPECT_EQ(headline_of({}, kOfText, "test_loss"), "");
}

TEST(Metrics, OfRegressionByHand) {
  const auto y = at::tensor({1., 2., 3., 6.}, at::kDouble).unsqueeze(1),
             predicted = at::tensor({1., 2., 5., 6.}, at::kDouble).unsqueeze(1);
  RegressionSums sums;
  sums.add(predicted, y);
  EXPECT_CLOSE(sums.metrics().at("rmse"), 1.0, rtol(1e-15));
  EXPECT_CLOSE(sums.metrics().at("r2"), 1 - 4.0 / 14, rtol(1e-15));
}

// Targets far from zero: sums of squares alone would lose all digits of the spread.
TEST(Metrics, OfRegressionInPartsAreThoseOfTheWhole) {
  const auto y = 1e8 + at::randn({1000, 3}, at::kDouble),
             predicted = y + 0.1 * at::randn({1000, 3}, at::kDouble);
  RegressionSums parts;
  for (const int64_t first : {0, 1, 17, 600}) {
    const auto next = first == 0 ? 1 : first == 1 ? 17 : first == 17 ? 600 : 1000;
    parts.add(predicted.slice(0, first, next), y.slice(0, first, next));
  }
  const auto spread = (y - y.mean(0)).square().sum().item<double>(),
             error = (y - predicted).square().sum().item<double>();
  EXPECT_CLOSE(parts.metrics().at("r2"), 1 - error / spread, rtol(1e-9));
  EXPECT_CLOSE(parts.metrics().at("rmse"), std::sqrt(error / 3000), rtol(1e-9));
}

TEST(Metrics, TakeAPrefix) { EXPECT_EQ(prefixed("test_", {{"loss", 2}}), (Metrics{{"test_loss", 2}})); }

}  // namespace
}  // namespace spinlab::training
