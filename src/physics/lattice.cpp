#include "src/physics/lattice.h"

namespace spinlab::physics {

SquareLattice::SquareLattice(int64_t side) : side_(side) {
  const auto site = [side](int64_t row, int64_t column) {
    return static_cast<int32_t>((row + side) % side * side + (column + side) % side);
  };
  neighbours_.reserve(side * side);
  for (int64_t row = 0; row < side; ++row) {
    for (int64_t column = 0; column < side; ++column) {
      neighbours_.push_back(
          {site(row, column - 1), site(row, column + 1), site(row - 1, column), site(row + 1, column)});
    }
  }
}

}  // namespace spinlab::physics
