#include "src/core/utc_time.h"

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab {
namespace {

TEST(MomentTest, ReadsTheZone) {
  EXPECT_EQ(utc_text(parse_utc_time("2026-05-01T23:59+02:00")), "2026-05-01T21:59:00Z");
  EXPECT_EQ(utc_text(parse_utc_time("2026-05-01 23:59:30 -0500")), "2026-05-02T04:59:30Z");
  EXPECT_EQ(utc_text(parse_utc_time("2024-02-29T00:00:00.123Z")), "2024-02-29T00:00:00Z");
}

TEST(MomentTest, RefusesWhatIsNone) {
  for (const auto* text : {"", "tomorrow", "2026-05-01", "2026-05-01T23:59", "2026-02-30T00:00Z", "2026-13-01T00:00Z",
                           "2026-05-01T24:00Z", "2026-05-01T23:59+2", "2026-05-01T23:59Z; DROP"}) {
    EXPECT_THAT(mistake([&] { parse_utc_time(text); }), testing::HasSubstr("2026-05-01T23:59+02:00")) << text;
  }
}

}  // namespace
}  // namespace spinlab
