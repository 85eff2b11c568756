#include "src/core/printable.h"

#include <gtest/gtest.h>

namespace spinlab {
namespace {

TEST(Printable, KeepsTextAndLineBreaks) { EXPECT_EQ(printable("λ = 1\nok"), "λ = 1\nok"); }

TEST(Printable, TakesTheTeethOutOfTerminalCodes) { EXPECT_EQ(printable("\033[2J\r\x7f"), " [2J  "); }

TEST(Printable, MarksThatTurnTheDirectionOfWritingAreGone) {
  EXPECT_EQ(printable("a\u202eb\u2066c\u200fd\u061ce\u2028f\u0085g"), "a   b   c   d  e   f  g");
  EXPECT_EQ(printable("λ … א ü – €"), "λ … א ü – €");
}

TEST(Printable, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(printable("a\xff"
                      "b\xc3"),
            "a\xef\xbf\xbd"
            "b\xef\xbf\xbd");
}

TEST(Printable, CutsWithoutLeavingHalfACharacter) {
  const auto cut = printable(std::string(100, 'a') + std::string("λλλλ"), 101);
  EXPECT_EQ(cut.substr(0, 100), std::string(100, 'a'));
  EXPECT_LT(cut.size(), 110u);
}

}  // namespace
}  // namespace spinlab
