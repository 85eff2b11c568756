#include "src/physics/bernoulli.h"

#include <bit>

#include "tests/support/spinlab_test.h"

namespace spinlab::physics {
namespace {

/// The six digits of the numbers 0/64 … 63/64, lane n holding n/64: uniform on that grid.
struct AllSixDigitNumbers {
  std::uint64_t operator()() {
    std::uint64_t word = 0;
    if (++digits > 6) return word;
    for (std::uint64_t lane = 0; lane < 64; ++lane) word |= (lane >> (6 - digits) & 1) << lane;
    return word;
  }
  int digits = 0;
};

TEST(BernoulliLanes, SucceedsWhereTheUniformNumberIsBelow) {
  for (int successes = 0; successes < 64; ++successes) {
    AllSixDigitNumbers engine;
    const auto lanes = bernoulli_lanes(engine, threshold(successes / 64.0), ~std::uint64_t{0});
    EXPECT_EQ(lanes, (std::uint64_t{1} << successes) - 1);
  }
}

TEST(BernoulliLanes, LeavesOtherLanesAtZeroAndAsksForNothingWithoutLanes) {
  AllSixDigitNumbers engine;
  EXPECT_EQ(bernoulli_lanes(engine, threshold(0.5), 0xf0), 0xf0U);
  AllSixDigitNumbers unused;
  EXPECT_EQ(bernoulli_lanes(unused, threshold(0.5), 0), 0U);
  EXPECT_EQ(unused.digits, 0);
}

TEST(Threshold, ReachesBothEnds) {
  EXPECT_EQ(threshold(0), 0U);
  EXPECT_EQ(threshold(0.5), std::uint64_t{1} << 63);
  EXPECT_EQ(threshold(1), ~std::uint64_t{0});
}

}  // namespace
}  // namespace spinlab::physics
