#include "src/core/parallel.h"

#include <atomic>
#include <latch>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "tests/support/spinlab_test.h"

namespace spinlab {
namespace {

TEST(ParallelForTest, EachIndexOnce) {
  std::vector<int> counts(1000);
  parallel_for(counts.size(), 4, [&](size_t i) { ++counts[i]; });
  EXPECT_THAT(counts, testing::Each(1));
  parallel_for(0, 4, [](size_t) { FAIL(); });
}

TEST(ParallelForTest, JobsRunAtTheSameTime) {
  std::latch all(3);
  parallel_for(3, 3, [&](size_t) { all.arrive_and_wait(); });  // one thread alone would wait for ever
}

TEST(ParallelForTest, TheFirstExceptionEndsIt) {
  std::atomic<int> begun{0};
  EXPECT_THROW(parallel_for(1000, 2,
                            [&](size_t) {
                              ++begun;
                              throw std::runtime_error("no");
                            }),
               std::runtime_error);
  EXPECT_LE(begun, 2);
}

TEST(ParallelForTest, StopsWhereItIsTold) {
  int begun = 0;
  parallel_for(1000, 1, [&](size_t) { ++begun; }, [&] { return begun == 7; });
  EXPECT_EQ(begun, 7);
}

}  // namespace
}  // namespace spinlab
