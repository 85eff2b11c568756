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

TEST(Progress, WhatWasDoneBeforeIsNoTenthAndNoTime) {
  std::ostringstream out;
  Progress bar("train", 100, out, /*terminal=*/false, /*from=*/50);
  bar.update(51, "x");
  EXPECT_EQ(out.str(), "");
  bar.update(60, [] { return std::string("asked for"); });
  EXPECT_THAT(out.str(), testing::HasSubstr("train: 60 %, ETA 0:00, asked for"));
}

TEST(Progress, ANoteIsAskedForWhereItIsDrawnAlone) {
  std::ostringstream out;
  Progress bar("train", 100, out, /*terminal=*/false);
  int asked = 0;
  for (int i = 1; i <= 100; ++i) bar.update(i, [&] { return std::to_string(++asked); });
  EXPECT_EQ(asked, 10);
}

}  // namespace
}  // namespace spinlab
