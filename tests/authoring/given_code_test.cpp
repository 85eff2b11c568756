#include "src/authoring/given_code.h"

#include <gmock/gmock.h>

#include "tests/judging/sample_assignment.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::authoring {
namespace {

class GivenCodeTest : public SpinlabTest {};

TEST_F(GivenCodeTest, IsTheMasterAndTheHandoutsCode) {
  const auto given = given_code(judging::write_sample_assignment(folder()));
  EXPECT_THAT(given, testing::Contains(testing::HasSubstr("total_of_the_master")));
  EXPECT_THAT(given, testing::Contains(testing::HasSubstr("return -1.0 / n;")));  // the stub
  EXPECT_THAT(given, testing::Contains("#pragma once\n"));
  EXPECT_THAT(given, testing::Not(testing::Contains(testing::HasSubstr("SecretlyNegative"))));
}

}  // namespace
}  // namespace spinlab::authoring
