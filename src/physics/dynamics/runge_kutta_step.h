#pragma once

#include <array>
#include <cstddef>

// A product and a sum are never made one, so that the bits do not depend on the processor.
#pragma clang fp contract(off)

namespace spinlab::physics {

/// x + h k, number by number.
template <typename T, std::size_t N>
[[gnu::always_inline]] inline std::array<T, N> moved(const std::array<T, N>& x, double h,
                                                     const std::array<T, N>& k) {
  std::array<T, N> y;
  for (std::size_t i = 0; i < N; ++i) y[i] = x[i] + h * k[i];
  return y;
}

/// One step of the classical method of order 4 for dx/dt = f(x) [Hairer, Nørsett and Wanner, Solving Ordinary
/// Differential Equations I, table II.1.2].
template <typename Field, typename T, std::size_t N>
[[gnu::always_inline]] inline std::array<T, N> runge_kutta_4_step(const Field& f, const std::array<T, N>& x,
                                                                  double h) {
  const auto k1 = f(x);
  const auto k2 = f(moved(x, h / 2, k1));
  const auto k3 = f(moved(x, h / 2, k2));
  const auto k4 = f(moved(x, h, k3));
  std::array<T, N> y;
  for (std::size_t i = 0; i < N; ++i) y[i] = x[i] + (h / 6) * (k1[i] + 2 * (k2[i] + k3[i]) + k4[i]);
  return y;
}

}  // namespace spinlab::physics
