#include "src/core/pattern.h"

#include "tests/support/spinlab_test.h"

namespace spinlab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Pattern, GivesTheMatchAndItsGroups) {
  EXPECT_THAT(Pattern("([a-z]+)(-)?([0-9]+)").first("ab12 cd-34"), ElementsAre("ab12", "ab", "", "12"));
  EXPECT_THAT(Pattern("^[0-9]+$").first("12a"), IsEmpty());
}

TEST(Pattern, FindsAllThatDoNotOverlap) {
  EXPECT_THAT(Pattern("_([0-9])_").all("_1_2_3_"),
              ElementsAre(ElementsAre("_1_", "1"), ElementsAre("_3_", "3")));
  EXPECT_EQ(Pattern("x*").all("ab").size(), 3u);
  EXPECT_EQ(Pattern("^a").all("aa").size(), 1u);
}

TEST(Pattern, ANulByteIsAByteLikeOthers) {
  using namespace std::string_literals;
  EXPECT_THAT(Pattern("^a$").first("a\0b"s), IsEmpty());
  EXPECT_EQ(Pattern("b$").first("a\0b"s).size(), 1u);
}

}  // namespace
}  // namespace spinlab
