#include "models/solvers/svm/row_cache.h"

#include <array>

#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

constexpr int64_t kFloat = sizeof(float);

/// Fills what is missing with 100 row + column, and returns how many rows that were.
size_t ask(RowCache& cache, const std::vector<int64_t>& rows, int64_t width) {
  const auto places = cache.places(rows);
  for (const auto i : places.missing)
    for (int64_t j = 0; j < width; ++j)
      places.all[static_cast<size_t>(i)][j] = static_cast<float>(100 * rows[static_cast<size_t>(i)] + j);
  return places.missing.size();
}

TEST(RowCache, TakesNoMoreThanAllRowsNeed) {
  EXPECT_EQ(RowCache(int64_t{1} << 50, 100).capacity(), 200);
  EXPECT_EQ(RowCache(kFloat * 100 * 7, 100).capacity(), 7);
  EXPECT_EQ(RowCache(int64_t{1} << 50, 1).capacity(), 2);
}

TEST(RowCache, TheLongestUnusedMakesRoom) {
  RowCache cache(kFloat * 5 * 3, 5);
  EXPECT_EQ(ask(cache, {0, 1, 2}, 5), 3U);
  EXPECT_EQ(ask(cache, {0}, 5), 0U);
  EXPECT_EQ(ask(cache, {3}, 5), 1U);  // in the place of 1
  EXPECT_EQ(ask(cache, {0, 2, 3}, 5), 0U);
  EXPECT_EQ(ask(cache, {1, 2, 3}, 5), 1U);  // in the place of 0, though 2 is older than it
  EXPECT_EQ(cache.places(std::vector<int64_t>{2}).all[0][4], 204.0F);
}

TEST(RowCache, NarrowRowsKeepTheirNumbers) {
  RowCache cache(kFloat * 5 * 3, 5);
  ask(cache, {4, 1, 2}, 5);
  cache.narrow(std::vector<int64_t>{1, 4});
  EXPECT_EQ(cache.capacity(), 7);
  const auto places = cache.places(std::vector<int64_t>{1, 2, 4});
  EXPECT_TRUE(places.missing.empty());
  for (size_t i = 0; i < 3; ++i) {
    const auto row = std::array{1.0F, 2.0F, 4.0F}[i];
    EXPECT_EQ(places.all[i][0], 100 * row + 1);
    EXPECT_EQ(places.all[i][1], 100 * row + 4);
  }
}

}  // namespace
}  // namespace spinlab::models
