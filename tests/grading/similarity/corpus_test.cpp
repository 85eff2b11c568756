#include "src/grading/similarity/corpus.h"

#include <gtest/gtest.h>

namespace spinlab::grading {
namespace {

TEST(PlainLinesTest, EveryLineEndingBecomesANewline) {
  EXPECT_EQ(plain_lines("a\r\nb\rc\nd\r"), "a\nb\nc\nd\n");
}

TEST(PlainLinesTest, WhatIsWhiteToACompilerStaysWhite) { EXPECT_EQ(plain_lines("a\fb\vc\td"), "a b c\td"); }

TEST(PlainLinesTest, OtherControlCharactersAndBrokenUtf8AreReplaced) {
  EXPECT_EQ(plain_lines("a\x1B[31m\xFF λ"), "a\xEF\xBF\xBD[31m\xEF\xBF\xBD λ");
}

}  // namespace
}  // namespace spinlab::grading
