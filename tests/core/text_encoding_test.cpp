#include "src/core/text_encoding.h"

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab {
namespace {

using namespace std::string_view_literals;

TEST(TextEncodingTest, AByteOrderMarkNamesTheEncoding) {
  for (const auto& [bytes, encoding] :
       {std::pair{"\xEF\xBB\xBF\xC3\xA9"sv, "UTF-8"}, std::pair{"\xFF\xFE\xE9\0"sv, "UTF-16LE"},
        std::pair{"\xFE\xFF\0\xE9"sv, "UTF-16BE"}}) {
    const auto decoded = decode_text(bytes);
    EXPECT_EQ(decoded.text, "é");
    EXPECT_EQ(decoded.encoding, encoding);
    EXPECT_TRUE(decoded.byte_order_mark);
  }
}

TEST(TextEncodingTest, WithoutAMarkItIsUtf8WhereThatIsValid) {
  EXPECT_EQ(decode_text("Schrödinger").encoding, "UTF-8");
  EXPECT_EQ(decode_text("Schrödinger").text, "Schrödinger");
  const auto decoded = decode_text(
      "Schr\xF6"
      "dinger \x80");
  EXPECT_EQ(decoded.encoding, "WINDOWS-1252");
  EXPECT_EQ(decoded.text, "Schrödinger €");
}

TEST(TextEncodingTest, LongTextsAreConvertedWhole) {
  std::string bytes = "\xFF\xFE";
  std::string expected;
  for (int i = 0; i < 10'000; ++i) {
    bytes += "\xBB\x03"sv;
    expected += "λ";
  }
  EXPECT_EQ(decode_text(bytes).text, expected);
}

TEST(TextEncodingTest, WhatIsNoTextIsRefused) {
  EXPECT_THAT(mistake([] { decode_text("\xFF\xFE\0\xDC"sv); }), testing::HasSubstr("UTF-16LE"));
  EXPECT_THAT(mistake([] { decode_text("\xEF\xBB\xBF\xFF"sv); }), testing::HasSubstr("begins as UTF-8"));
  EXPECT_THAT(mistake([] { decode_text("Größe \xE2\x82"); }),
              testing::HasSubstr("within a character of UTF-8, which begins at byte 9 of 10; save it whole"));
  EXPECT_EQ(decode_text("caf\xE9").text, "café");
  EXPECT_THAT(mistake([] { decode_text("\x81"sv); }), testing::HasSubstr("save it again as UTF-8"));
}

}  // namespace
}  // namespace spinlab
