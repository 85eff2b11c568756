#include "src/core/escape.h"

#include "tests/support/spinlab_test.h"

namespace spinlab {
namespace {

TEST(EscapeTest, ValidUtf8Stays) {
  const std::string text = "λ ≤ 2 \xF0\x9F\x99\x82 \t\n";
  EXPECT_EQ(clean_utf8(text), text);
}

TEST(EscapeTest, BrokenUtf8AndControlsBecomeReplacementCharacters) {
  const std::string mark = "\xEF\xBF\xBD";
  for (const std::string bad :
       {"\xFF", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC3", "\x80"}) {
    EXPECT_EQ(clean_utf8(bad).substr(0, 3), mark) << testing::PrintToString(bad);
    EXPECT_EQ(clean_utf8(bad).find_first_not_of(mark), std::string::npos) << testing::PrintToString(bad);
  }
  EXPECT_EQ(clean_utf8(std::string("a\0b", 3)), "a" + mark + "b");
  EXPECT_EQ(clean_utf8("\x1B[31m"), mark + "[31m");
  EXPECT_EQ(clean_utf8("\xC2\x9B"), mark);
}

TEST(EscapeTest, MarkupIsText) {
  EXPECT_EQ(xml_escaped("<script>alert('1 & \"2\"')</script>"),
            "&lt;script&gt;alert(&#39;1 &amp; &quot;2&quot;&#39;)&lt;/script&gt;");
  EXPECT_EQ(xml_escaped("]]>"), "]]&gt;");
}

TEST(EscapeTest, FormulasBecomeText) {
  for (const std::string formula : {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"})
    EXPECT_THAT(not_a_formula(formula), testing::StartsWith("'")) << formula;
  EXPECT_EQ(not_a_formula("plain = \xFF"), "plain = \xEF\xBF\xBD");
  EXPECT_EQ(not_a_formula(""), "");
}

TEST(EscapeTest, ANameIsOneSegmentOfAUrl) {
  EXPECT_EQ(url_segment("E.Noether-1_2~"), "E.Noether-1_2~");
  EXPECT_EQ(url_segment("a/b ?#%\"'λ"), "a%2Fb%20%3F%23%25%22%27%CE%BB");
}

TEST(EscapeTest, ALineIsCutAtACharacter) {
  EXPECT_EQ(one_line("a\nb\tc"), "a b c");
  EXPECT_EQ(one_line("aλλ", 4), "aλ…");
  EXPECT_EQ(one_line("abc", 3), "abc");
}

}  // namespace
}  // namespace spinlab
