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

/// By the definition, one row after the other.
struct Corrected {
  Tensor weights;
  int64_t mistakes = 0;
};

Corrected corrected(const Tensor& X, const Tensor& y, int64_t passes) {
  const auto rows = augmented(X) * signs(y).unsqueeze(1);
  Corrected found{zeros({rows.size(1)})};
  for (int64_t visit = 0; visit < passes * rows.size(0); ++visit) {
    const auto row = rows[visit % rows.size(0)];
    if (row.dot(found.weights).item<double>() > 0) continue;
    found.weights = found.weights + row;
    ++found.mistakes;
  }
  return found;
}

/// XOR: every pass has a mistake, for ever.
TEST(Perceptron, RunsItsPassesWhereNothingSeparates) {
  const auto X = vector({0, 0, 0, 1, 1, 0, 1, 1}).view({4, 2});
  const auto y = labels_of({0, 1, 1, 0});
  for (const int64_t passes : {1, 7, 60}) {
    const auto found = perceptron(X, y, passes);
    const auto expected = corrected(X, y, passes);
    EXPECT_FALSE(found.converged);
    EXPECT_EQ(found.mistakes, expected.mistakes) << passes << " passes";
    EXPECT_CLOSE(found.weights, expected.weights, atol(0.0)) << passes << " passes";
  }
}

/// Start, order and ties are fixed, and with them the weights. Rows that are orthogonal to the first have the
/// score b = 1 after it: so says float64, which adds up these whole numbers without rounding in any order,
/// where float32 loses the 1 among products of 10⁹ and corrects half of the rows. Of drawn numbers rounding
/// decides where a score is within 1e-13 of 0: of 800 rows once in 10⁹.
TEST(Perceptron, KeepsTheDigitsOfFloat64) {
  const auto first = (1000 + integers(3, 4000, "first row")).to(torch::kFloat64).unsqueeze(0);
  const auto axes = (integers(60, 100, "axes") - 50).to(torch::kFloat64).view({20, 3});
  const auto X = torch::cat({first, torch::linalg_cross(first.expand({20, 3}), axes), -first});
  const auto found = perceptron(X, (torch::arange(22) < 21).to(torch::kLong), 2);
  EXPECT_CLOSE(found.weights, augmented(first)[0], atol(0.0));
  EXPECT_EQ(found.mistakes, 1);
  EXPECT_TRUE(found.converged);
  const auto data = noisy_classes(40, 3, "digits");
  EXPECT_CLOSE(perceptron(data.X, data.y, 20).weights, corrected(data.X, data.y, 20).weights, atol(1e-11));
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
