#include "src/judging/check_filter.h"

#include <gtest/gtest.h>

namespace spinlab::judging {
namespace {

TEST(Matches, AsGoogleTestDoes) {
  EXPECT_TRUE(matches("FitRidge.Norris", "*"));
  EXPECT_TRUE(matches("FitRidge.Norris", "FitRidge.*"));
  EXPECT_TRUE(matches("FitRidge.Norris", "Lasso.*:FitRidge.N?rris"));
  EXPECT_FALSE(matches("FitRidge.Norris", "FitRidge"));
  EXPECT_FALSE(matches("FitRidge.Norris", "Lasso.*"));
}

TEST(Matches, WhatStandsBehindAMinusIsLeftOut) {
  EXPECT_FALSE(matches("FitRidge.Slow", "FitRidge.*-*Slow"));
  EXPECT_FALSE(matches("FitRidge.Slow", "-*Slow*"));
  EXPECT_TRUE(matches("FitRidge.Norris", "-*Slow*"));
}

}  // namespace
}  // namespace spinlab::judging
