#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace spinlab::physics {

/// p as a binary fraction of 64 bits: a uniform 64-bit word lies below it with probability p, to 2⁻⁶⁴.
inline std::uint64_t threshold(double probability) {
  if (probability >= 1) return std::numeric_limits<std::uint64_t>::max();
  return static_cast<std::uint64_t>(std::ldexp(probability, 64));
}

/// Independent Bernoulli trials, one a bit of `lanes`; the other bits are 0. Each lane compares a uniform
/// number with the threshold from the first binary digit on, and is decided at the first digit that differs:
/// 64 lanes need about eight words of `engine` instead of 64.
template <typename Engine>
std::uint64_t bernoulli_lanes(Engine& engine, std::uint64_t threshold, std::uint64_t lanes) {
  std::uint64_t successes = 0;
  for (int digit = 63; digit >= 0 && lanes != 0; --digit) {
    const std::uint64_t uniform = engine();
    if (threshold >> digit & 1) {
      successes |= lanes & ~uniform;
      lanes &= uniform;
    } else {
      lanes &= ~uniform;
    }
  }
  return successes;
}

}  // namespace spinlab::physics
