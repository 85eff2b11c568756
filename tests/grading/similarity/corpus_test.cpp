#include "src/grading/similarity/corpus.h"

#include "tests/grading/sample_assignment.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

TEST(PlainLinesTest, EveryLineEndingBecomesANewline) {
  EXPECT_EQ(plain_lines("a\r\nb\rc\nd\r"), "a\nb\nc\nd\n");
}

TEST(PlainLinesTest, WhatIsWhiteToACompilerStaysWhite) { EXPECT_EQ(plain_lines("a\fb\vc\td"), "a b c\td"); }

TEST(PlainLinesTest, OtherControlCharactersAndBrokenUtf8AreReplaced) {
  EXPECT_EQ(plain_lines("a\x1B[31m\xFF λ"), "a\xEF\xBF\xBD[31m\xEF\xBF\xBD λ");
}

class GivenCodeTest : public SpinlabTest {};

TEST_F(GivenCodeTest, IsTheMasterAndTheHandoutsCode) {
  const auto given = given_code(write_sample_assignment(folder()));
  EXPECT_THAT(given, testing::Contains(testing::HasSubstr("total_of_the_master")));
  EXPECT_THAT(given, testing::Contains(testing::HasSubstr("return -1.0 / n;")));  // the stub
  EXPECT_THAT(given, testing::Contains("#pragma once\n"));
  EXPECT_THAT(given, testing::Not(testing::Contains(testing::HasSubstr("SecretlyNegative"))));
}

}  // namespace
}  // namespace spinlab::grading
