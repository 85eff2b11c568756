#include "src/physics/lattice.h"

#include <algorithm>
#include <set>

#include "tests/support/spinlab_test.h"

namespace spinlab::physics {
namespace {

TEST(SquareLattice, NeighboursWrapAround) {
  const SquareLattice lattice(3);
  EXPECT_EQ(lattice.sites(), 9);
  EXPECT_EQ(lattice.neighbours(0), (std::array<int32_t, 4>{2, 1, 6, 3}));
  EXPECT_EQ(lattice.neighbours(5), (std::array<int32_t, 4>{4, 3, 2, 8}));
}

TEST(SquareLattice, EveryBondIsSeenFromBothEnds) {
  for (const int side : {2, 3, 8}) {
    const SquareLattice lattice(side);
    for (int32_t site = 0; site < lattice.sites(); ++site) {
      for (const auto neighbour : lattice.neighbours(site)) {
        const auto& back = lattice.neighbours(neighbour);
        EXPECT_EQ(std::count(back.begin(), back.end(), site), side == 2 ? 2 : 1);
      }
    }
  }
}

}  // namespace
}  // namespace spinlab::physics
