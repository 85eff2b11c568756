#include "src/grading/report/histogram.h"

#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

TEST(HistogramTest, EachShareFallsIntoOneBinAndOneIntoTheLast) {
  EXPECT_THAT(histogram({0, 0.05, 0.1, 0.55, 0.999, 1}, 10),
              testing::ElementsAre(2, 1, 0, 0, 0, 1, 0, 0, 0, 2));
}

TEST(HistogramTest, TheTallestBarFillsTheHeight) {
  const auto svg = histogram_svg({0.95, 0.95, 0.05});
  EXPECT_THAT(svg, testing::HasSubstr("height=\"120\""));
  EXPECT_THAT(svg, testing::HasSubstr("height=\"60\""));
  EXPECT_THAT(svg, testing::HasSubstr(">2</text>"));
}

}  // namespace
}  // namespace spinlab::grading
