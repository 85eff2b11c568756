#include "src/core/progress.h"

#include <sstream>

#include "tests/support/spinlab_test.h"

namespace spinlab {
namespace {

TEST(Progress, WritesAPlainLineATenthElsewhere) {
  std::ostringstream out;
  {
    Progress bar("train", 1000, out, /*terminal=*/false);
    for (int i = 1; i <= 1000; ++i) bar.update(i, "loss 1");
  }
  const auto text = out.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10);
  EXPECT_THAT(text, testing::HasSubstr("train: 100 %, ETA 0:00, loss 1"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("\033")));
}

TEST(Progress, RedrawsOneLineOnATerminal) {
  std::ostringstream out;
  {
    Progress bar("train", 10, out, /*terminal=*/true);
    for (int i = 1; i <= 10; ++i) bar.update(i);
  }
  EXPECT_THAT(out.str(), testing::EndsWith("100 %  ETA 0:00  \n"));
  const auto text = out.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
}

}  // namespace
}  // namespace spinlab
