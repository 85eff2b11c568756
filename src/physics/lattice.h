#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace spinlab::physics {

/// The periodic side × side square lattice; sites are numbered row by row. On side = 2 left and right
/// neighbour are the same site and their bond counts twice, as in Kaufman's formula.
class SquareLattice {
 public:
  explicit SquareLattice(int64_t side);

  int64_t side() const { return side_; }
  int64_t sites() const { return static_cast<int64_t>(neighbours_.size()); }
  /// Left, right, up, down.
  const std::array<int32_t, 4>& neighbours(int64_t site) const { return neighbours_[site]; }

 private:
  int64_t side_;
  std::vector<std::array<int32_t, 4>> neighbours_;
};

}  // namespace spinlab::physics
