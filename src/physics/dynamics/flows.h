#pragma once

#include <array>
#include <string_view>

// A product and a sum are never made one, so that the bits do not depend on the processor.
#pragma clang fp contract(off)

namespace spinlab::physics {

/// The systems of three ordinary differential equations of the course. Each gives dx/dt at x and the tangent
/// map, J(x) v with J the matrix of derivatives, for any type of number that has +, - and ×: several
/// trajectories side by side are one vector of the processor.

/// dx/dt = σ (y - x), dy/dt = x (ρ - z) - y, dz/dt = x y - β z. [Lorenz, J. Atmos. Sci. 20, 130 (1963), eq.
/// 25 to 27]
struct Lorenz {
  double sigma = 10, rho = 28, beta = 8.0 / 3;
  static constexpr std::string_view kName = "Lorenz";

  template <typename T>
  [[gnu::always_inline]] std::array<T, 3> operator()(const std::array<T, 3>& x) const {
    return {sigma * (x[1] - x[0]), x[0] * (rho - x[2]) - x[1], x[0] * x[1] - beta * x[2]};
  }
  template <typename T>
  [[gnu::always_inline]] std::array<T, 3> tangent(const std::array<T, 3>& x,
                                                  const std::array<T, 3>& v) const {
    // BEGIN SOLUTION
    // STUB static_assert(sizeof(T) == 0, "left out, 10-reservoir asks for it");
    return {sigma * (v[1] - v[0]), v[0] * (rho - x[2]) - x[0] * v[2] - v[1],
            v[0] * x[1] + x[0] * v[1] - beta * v[2]};
    // END SOLUTION
  }
  /// The sum of all Lyapunov exponents: the trace of J is the same everywhere.
  double divergence() const { return -(sigma + 1 + beta); }
};

/// dx/dt = -y - z, dy/dt = x + a y, dz/dt = b + z (x - c). [Rössler, Phys. Lett. A 57, 397 (1976), eq. 2]
struct Roessler {
  double a = 0.2, b = 0.2, c = 5.7;
  static constexpr std::string_view kName = "Rössler";

  template <typename T>
  [[gnu::always_inline]] std::array<T, 3> operator()(const std::array<T, 3>& x) const {
    return {-x[1] - x[2], x[0] + a * x[1], b + x[2] * (x[0] - c)};
  }
  template <typename T>
  [[gnu::always_inline]] std::array<T, 3> tangent(const std::array<T, 3>& x,
                                                  const std::array<T, 3>& v) const {
    return {-v[1] - v[2], v[0] + a * v[1], v[2] * (x[0] - c) + x[2] * v[0]};
  }
};

}  // namespace spinlab::physics
