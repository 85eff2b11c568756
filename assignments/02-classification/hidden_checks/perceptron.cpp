// The perceptron: other data than in checks.cpp, other streams of the
// seed, the edges of each definition.
#include "assignments/02-classification/calls.h"
#include "assignments/02-classification/problems.h"

namespace {

using namespace spinlab;
using namespace classification::problems;

/// The second row is corrected so that the third lies exactly on the plane: whole numbers, no rounding.
TEST(Perceptron, APointOnThePlaneIsAMistake) {
  const auto X = vector({3, 1, 2, 2}).view({2, 2});
  const auto found = perceptron(X, labels_of({1, 0}), 1);
  EXPECT_CLOSE(found.weights, vector({1, -1, 0}), atol(0.0));  // (3, 1; 1) less (2, 2; 1)
  EXPECT_EQ(found.mistakes, 2);
  const auto tie = perceptron(vector({1, 0, 1, -2}).view({2, 2}), labels_of({1, 1}), 1);
  EXPECT_CLOSE(tie.weights, vector({1, 0, 1}), atol(0.0));  // score 2 of the second row: right
  const auto on = perceptron(vector({1, 0, -1, 0}).view({2, 2}), labels_of({1, 1}), 1);
  EXPECT_CLOSE(on.weights, vector({0, 0, 2}), atol(0.0));  // score 1 − 1 = 0 of the second row: a mistake
}

/// XOR: every pass has a mistake, for ever.
TEST(Perceptron, RunsItsPassesWhereNothingSeparates) {
  const auto X = vector({0, 0, 0, 1, 1, 0, 1, 1}).view({4, 2});
  const auto y = labels_of({0, 1, 1, 0});
  for (const int64_t passes : {1, 7, 60}) {
    const auto found = perceptron(X, y, passes);
    auto w = zeros({3});
    int64_t mistakes = 0;
    for (int64_t i = 0; i < 4 * passes; ++i) {
      const auto row = augmented(X)[i % 4] * signs(y)[i % 4];
      if (row.dot(w).item<double>() > 0) continue;
      w = w + row;
      ++mistakes;
    }
    EXPECT_FALSE(found.converged);
    EXPECT_EQ(found.mistakes, mistakes) << passes << " passes";
    EXPECT_CLOSE(found.weights, w, atol(0.0)) << passes << " passes";
  }
}

/// OR takes five passes with mistakes; that there are no more is known after the sixth.
TEST(Perceptron, ConvergedMeansAWholePassWithoutMistakes) {
  const auto X = vector({0, 0, 0, 1, 1, 0, 1, 1}).view({4, 2});
  const auto y = labels_of({0, 1, 1, 1});
  const auto five = perceptron(X, y, 5), six = perceptron(X, y, 6);
  EXPECT_CLOSE(five.weights, vector({2, 2, -1}), atol(0.0));
  EXPECT_EQ(five.mistakes, 9);
  EXPECT_FALSE(five.converged);
  EXPECT_EQ(six.mistakes, 9);
  EXPECT_TRUE(six.converged);
}

TEST(Perceptron, RefusesWhatItCannotLearn) {
  const auto X = vector({1, -1}).unsqueeze(1);
  const auto y = labels_of({1, 0});
  between_right_answers(
      [&] {
        const auto found = perceptron(X, y, 3);
        EXPECT_CLOSE(found.weights, vector({2, 0}), atol(0.0));
        EXPECT_EQ(found.mistakes, 2);
      },
      [&] {
        EXPECT_THROW(perceptron(X, y, 0), StudentError);
        EXPECT_THROW(perceptron(X, labels_of({1, -1}), 3), StudentError);
        EXPECT_THROW(perceptron(X, labels_of({1, 0, 1}), 3), StudentError);
        EXPECT_THROW(perceptron(vector({1, -1}), y, 3), StudentError);
      });
}

}  // namespace
