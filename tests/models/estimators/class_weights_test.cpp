#include "models/estimators/class_weights.h"

#include <ATen/ATen.h>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

class ClassWeightsTest : public SpinlabTest {};

TEST_F(ClassWeightsTest, BalancedClassesOfRowsHaveEqualSums) {
  const auto rows = at::tensor({30, 0, 10, 20});
  const auto all = ClassWeights{.balanced = true}.of(rows) * rows;
  EXPECT_CLOSE(all, at::tensor({20.0, 0.0, 20.0, 20.0}), atol(1e-14));
}

TEST_F(ClassWeightsTest, AreOneUnlessGiven) {
  EXPECT_FALSE(ClassWeights().given());
  EXPECT_CLOSE(ClassWeights().of(at::tensor({3, 4})), at::ones({2}, at::kDouble), atol(0));
  EXPECT_CLOSE((ClassWeights{.factors = {0.5, 3}}.of(at::tensor({3, 4}))), at::tensor({0.5, 3.0}), atol(0));
  EXPECT_THAT(mistake([] { (ClassWeights{.factors = {1, 2}}).of(at::tensor({3, 4, 5})); }),
              HasSubstr("3 classes and 2 class weights"));
}

TEST_F(ClassWeightsTest, AMarginIsBetweenClassesThatHaveRows) {
  EXPECT_CLOSE(classes_of_a_margin(at::tensor({0, 2, 0, 1})), at::tensor({1, 3}), atol(0));
  EXPECT_THAT(mistake([] { classes_of_a_margin(at::tensor({0, 2})); }), HasSubstr("all rows are of class 1"));
}

}  // namespace
}  // namespace spinlab::models
