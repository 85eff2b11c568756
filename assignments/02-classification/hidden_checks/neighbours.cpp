// Nearest neighbours: other data than in checks.cpp, other streams of the
// seed, the edges of each definition.
#include <string>

#include "assignments/02-classification/calls.h"
#include "assignments/02-classification/references.h"

namespace {

using namespace spinlab;
using namespace classification::problems;

/// The distances of 1,800 queries to 20,000 rows are 288 MB in float64, once: more than the 256 MiB of a
/// process, where the header allows 64. What malloc does not find again (up to 144 MB with glibc 2.36) has
/// room beside those. Rows in order are quickly sorted by their distance, a third of the time of others. The
/// last lie beyond 2²⁵ and have whole numbers, of which float32 knows every fourth.
TEST(NearestNeighbours, ManyQueriesInLittleMemory) {
  const auto line = std::get<0>(integers(20000, 1000000, "line").sort());
  const auto X = line.to(torch::kFloat64).unsqueeze(1);
  const auto queries = integers(1800, 1000000, "many queries").to(torch::kFloat64).unsqueeze(1);
  const auto labels = integers(20000, 40, "many labels");
  not_called_again("costs too much");
  const auto called = nearest_neighbours(X, labels, queries, 3);
  const auto some = torch::cat({torch::arange(0, 1800, 50), torch::arange(1790, 1800)});
  EXPECT_CLOSE(called.index_select(0, some), searched(X, labels, queries.index_select(0, some), 3),
               atol(0.0));
  const auto beyond = [](int64_t n, const std::string& purpose) {
    return ((1 << 25) + integers(n, 2000, purpose)).to(torch::kFloat64).unsqueeze(1);
  };
  const auto rows = beyond(200, "beyond"), theirs = beyond(100, "beyond queries");
  const auto few = labels.slice(0, 0, 200);
  EXPECT_CLOSE(nearest_neighbours(rows, few, theirs, 1), searched(rows, few, theirs, 1), atol(0.0));
}

/// Distances do not depend on the origin: far from it ‖x‖² − 2x·q + ‖q‖² has no digits left. Whole numbers,
/// so that nothing is rounded on the way.
TEST(NearestNeighbours, TheOriginMayBeFarAway) {
  const auto X = integers(80 * 3, 9, "far lattice").view({80, 3}).to(torch::kFloat64);
  const auto queries = integers(30 * 3, 9, "far queries").view({30, 3}).to(torch::kFloat64);
  const auto labels = integers(80, 3, "far labels");
  const double away = 1e9;
  const auto expected = searched(X, labels, queries, 4);
  EXPECT_CLOSE(nearest_neighbours(X + away, labels, queries + away, 4), expected, atol(0.0));
  // Two clouds, each far from wherever the origin is put for the other.
  const auto both = nearest_neighbours(torch::cat({X, X + away}), torch::cat({labels, labels}),
                                       torch::cat({queries, queries + away}), 4);
  EXPECT_CLOSE(both, torch::cat({expected, expected}), atol(0.0));
}

/// k = n counts all, wherever the query is; the nearest of a row is itself; one row answers everything.
TEST(NearestNeighbours, AllVoteOrOne) {
  const auto X = normal({25, 4}, "all");
  const auto labels = torch::cat({integers(24, 5, "all labels"), labels_of({9})});
  const auto queries = 3 * normal({6, 4}, "all queries");
  EXPECT_CLOSE(nearest_neighbours(X, labels, queries, 25), searched(X, labels, queries, 25), atol(0.0));
  EXPECT_CLOSE(nearest_neighbours(X, labels, X, 1), labels, atol(0.0));
  EXPECT_CLOSE(nearest_neighbours(X.slice(0, 24), labels.slice(0, 24), queries, 1),
               labels_of({9, 9, 9, 9, 9, 9}), atol(0.0));
}

TEST(NearestNeighbours, RefusesWhatDoesNotFit) {
  const auto X = normal({10, 2}, "refused rows"), queries = normal({4, 2}, "refused queries");
  const auto labels = integers(10, 3, "refused labels");
  between_right_answers(
      [&] {
        EXPECT_CLOSE(nearest_neighbours(X, labels, queries, 3), searched(X, labels, queries, 3), atol(0.0));
      },
      [&] {
        EXPECT_THROW(nearest_neighbours(X, labels, queries, 0), StudentError);
        EXPECT_THROW(nearest_neighbours(X, labels, queries, 11), StudentError);
        EXPECT_THROW(nearest_neighbours(X, labels.slice(0, 1), queries, 3), StudentError);
        EXPECT_THROW(nearest_neighbours(X, labels, queries.slice(1, 1), 3), StudentError);
        EXPECT_THROW(nearest_neighbours(X, torch::cat({labels.slice(0, 1), labels_of({-1})}), queries, 3),
                     StudentError);
      });
}

}  // namespace
