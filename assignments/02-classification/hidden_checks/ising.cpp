// Features of Ising states: other data than in checks.cpp, other streams of the
// seed, the edges of each definition.
#include "assignments/02-classification/calls.h"
#include "assignments/02-classification/problems.h"

namespace {

using namespace spinlab;
using namespace classification::problems;

/// All spins flipped, and the lattice moved around itself: the same state.
TEST(IsingFeatures, KnowTheSymmetries) {
  const auto spins = random_spins(7, 5, 8, "symmetric states");
  const auto found = ising_features(spins);
  EXPECT_CLOSE(ising_features(-spins), found, atol(1e-14));
  EXPECT_CLOSE(ising_features(torch::roll(spins, {2, 3}, {1, 2}).contiguous()), found, atol(1e-14));
  EXPECT_CLOSE(ising_features(spins.transpose(1, 2).contiguous()), found, atol(1e-14));
  EXPECT_GT(found.select(1, 0).min().item<double>(), -1e-15);
  auto bonds = zeros({7});
  for (int64_t i = 0; i < 5; ++i)
    for (int64_t j = 0; j < 8; ++j)
      bonds = bonds + spins.select(1, i).select(1, j) * (spins.select(1, (i + 1) % 5).select(1, j) +
                                                         spins.select(1, i).select(1, (j + 1) % 8));
  EXPECT_CLOSE(found.select(1, 1), -bonds / 40, atol(1e-14));
}

/// On 2 × 2 sites the next one is also the one before: each pair has two bonds.
TEST(IsingFeatures, OfTheSmallestLattice) {
  const auto spins = torch::tensor({1, 1, 1, -1, 1, -1, -1, 1}, torch::kChar).view({2, 2, 2});
  EXPECT_CLOSE(ising_features(spins), vector({0.5, 0, 0, 2}).view({2, 2}), atol(1e-15));
  EXPECT_CLOSE(ising_features(torch::ones({1, 200, 200}, torch::kChar)), vector({1, -2}).unsqueeze(0),
               atol(1e-13));
}

TEST(IsingFeatures, RefusesASingleState) {
  const auto one = torch::ones({3, 4}, torch::kChar);
  between_right_answers(
      [&] { EXPECT_CLOSE(ising_features(-one.unsqueeze(0)), vector({1, -2}).unsqueeze(0), atol(1e-15)); },
      [&] {
        EXPECT_THROW(ising_features(one), StudentError);
        EXPECT_THROW(ising_features(one.unsqueeze(0).unsqueeze(0)), StudentError);
      });
}

}  // namespace
