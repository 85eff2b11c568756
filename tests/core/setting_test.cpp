#include "src/core/setting.h"

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab {
namespace {

TEST(ParseSetting, ValuesMayHoldAnEqualsSignOrNothing) {
  EXPECT_EQ(parse_setting("optimizer.lr=3e-4").key, "optimizer.lr");
  EXPECT_EQ(parse_setting("optimizer.lr=3e-4").value, "3e-4");
  EXPECT_EQ(parse_setting("a=b=c").value, "b=c");
  EXPECT_EQ(parse_setting("a=").value, "");
}

TEST(ParseSetting, SaysWhatIsExpected) {
  for (const char* bad : {"", "lr", "=3"})
    EXPECT_THAT(mistake([&] { parse_setting(bad); }), testing::HasSubstr("expected KEY=VALUE")) << bad;
  EXPECT_THAT(mistake([] { parse_setting("a=\xff"); }), testing::HasSubstr("UTF-8"));
}

}  // namespace
}  // namespace spinlab
