// Counts: the confusion matrix, calibration and the ROC curve: other data than in checks.cpp, other streams
// of the seed, the edges of each definition.
#include "assignments/02-classification/calls.h"
#include "assignments/02-classification/problems.h"

namespace {

using namespace spinlab;
using namespace classification::problems;

TEST(ConfusionMatrix, ClassesThatNeverOccur) {
  const auto expected = labels_of({0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0}).view({4, 4});
  EXPECT_CLOSE(confusion_matrix(labels_of({1, 2, 1}), labels_of({1, 1, 1}), 4), expected, atol(0.0));
  EXPECT_CLOSE(confusion_matrix(labels_of({0}), labels_of({0}), 1), labels_of({1}).view({1, 1}), atol(0.0));
}

TEST(ConfusionMatrix, RefusesWhatIsNoClass) {
  const auto y = labels_of({0, 1, 1}), called = labels_of({1, 1, 0});
  between_right_answers(
      [&] { EXPECT_CLOSE(confusion_matrix(y, called, 2), labels_of({0, 1, 1, 1}).view({2, 2}), atol(0.0)); },
      [&] {
        EXPECT_THROW(confusion_matrix(y, labels_of({2, 1, 0}), 2), StudentError);
        EXPECT_THROW(confusion_matrix(labels_of({0, -1, 1}), called, 2), StudentError);
        EXPECT_THROW(confusion_matrix(y, labels_of({0, 1}), 2), StudentError);
        EXPECT_THROW(confusion_matrix(labels_of({0}), called, 2), StudentError);
        EXPECT_THROW(confusion_matrix(y, called, 0), StudentError);
        EXPECT_THROW(confusion_matrix(y.to(torch::kFloat64), called, 2), StudentError);
      });
}

/// A probability on an edge belongs to the bin above, 1 to the last; what an empty bin holds is 0.
TEST(Calibration, TheEdgesOfTheBins) {
  const auto found = calibration(vector({0.25, 1, 0, 0.25, 1}), labels_of({1, 1, 0, 0, 1}), 8);
  EXPECT_CLOSE(found.counts, labels_of({1, 0, 2, 0, 0, 0, 0, 2}), atol(0.0));
  EXPECT_CLOSE(found.mean_probability, vector({0, 0, 0.25, 0, 0, 0, 0, 1}), atol(1e-15));
  EXPECT_CLOSE(found.fraction, vector({0, 0, 0.5, 0, 0, 0, 0, 1}), atol(1e-15));
  EXPECT_CLOSE(found.error, 0.1, atol(1e-14));
  EXPECT_CLOSE(calibration(vector({0.3, 0.8}), labels_of({1, 0}), 1).error, 0.05, atol(1e-14));
}

TEST(Calibration, RefusesWhatIsNoProbability) {
  const auto p = vector({0.2, 0.7}), y = vector({0, 1});
  const auto outcomes = y.to(torch::kLong);
  between_right_answers([&] { EXPECT_CLOSE(calibration(p, outcomes, 2).error, 0.25, atol(1e-14)); },
                        [&] {
                          EXPECT_THROW(calibration(p, outcomes, 0), StudentError);
                          EXPECT_THROW(calibration(p - 0.3, outcomes, 2), StudentError);
                          EXPECT_THROW(calibration(p + 0.4, outcomes, 2), StudentError);
                          EXPECT_THROW(calibration(p, 2 * outcomes, 2), StudentError);
                          EXPECT_THROW(calibration(p, outcomes.slice(0, 1), 2), StudentError);
                        });
}

/// Only the order of the scores counts; turned around they have the area that is missing to 1.
TEST(Roc, OnlyTheOrderCounts) {
  const auto outcomes = integers(50, 2, "order outcomes");
  const auto scores = (normal({50}, "order scores") * 3 + outcomes).round();
  const auto found = roc(scores, outcomes), stretched = roc(1e6 * (scores / 4).exp(), outcomes);
  EXPECT_CLOSE(stretched.false_positive_rate, found.false_positive_rate, atol(0.0));
  EXPECT_CLOSE(stretched.true_positive_rate, found.true_positive_rate, atol(0.0));
  const auto close = roc(1 + 1e-12 * scores, outcomes);
  EXPECT_CLOSE(close.true_positive_rate, found.true_positive_rate, atol(0.0));
  EXPECT_CLOSE(roc(-scores, outcomes).area, 1 - found.area, atol(1e-13));
  EXPECT_CLOSE(found.area, pairs_in_order(scores, outcomes), atol(1e-13));
}

/// One score for all: the straight line from (0, 0) to (1, 1), and no point between. All in order: the
/// corner.
TEST(Roc, OneScoreForAll) {
  const auto same = roc(vector({2, 2, 2, 2}), labels_of({0, 1, 1, 0}));
  EXPECT_CLOSE(same.false_positive_rate, vector({0, 1}), atol(0.0));
  EXPECT_CLOSE(same.true_positive_rate, vector({0, 1}), atol(0.0));
  EXPECT_CLOSE(same.area, 0.5, atol(1e-15));
  const auto best = roc(vector({-3, -1, -2}), labels_of({0, 1, 0}));
  EXPECT_CLOSE(best.false_positive_rate, vector({0, 0, 0.5, 1}), atol(0.0));
  EXPECT_CLOSE(best.true_positive_rate, vector({0, 1, 1, 1}), atol(0.0));
  EXPECT_CLOSE(best.area, 1.0, atol(1e-15));
}

TEST(Roc, RefusesASingleOutcome) {
  const auto scores = vector({1, 2, 3});
  between_right_answers([&] { EXPECT_CLOSE(roc(scores, labels_of({0, 1, 0})).area, 0.5, atol(1e-15)); },
                        [&] {
                          EXPECT_THROW(roc(scores, labels_of({1, 1, 1})), StudentError);
                          EXPECT_THROW(roc(scores, labels_of({0, 0, 0})), StudentError);
                          EXPECT_THROW(roc(scores, labels_of({0, 1})), StudentError);
                          EXPECT_THROW(roc(vector({1, 2, 3, 4}), labels_of({0, 2, 1, 0})), StudentError);
                        });
}

}  // namespace
