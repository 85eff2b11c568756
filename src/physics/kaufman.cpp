#include "src/physics/kaufman.h"

#include <c10/util/Exception.h>

#include <cmath>
#include <numbers>

#include "src/physics/jet.h"

namespace spinlab::physics {
namespace {

/// s = sinh 2K as a function of K; s = 1 at the critical point.
Jet sinh_2k(double coupling) {
  const double sinh = std::sinh(2 * coupling), cosh = std::cosh(2 * coupling);
  return {sinh, 2 * cosh, 4 * sinh};
}

/// (s - 1)/√(2s) = sinh(γ₀/2): negative above the critical temperature, positive below.
Jet detuning(double coupling) {
  const Jet s = sinh_2k(coupling);
  return (s + -1) * exp(-0.5 * log(2 * s));
}

/// The logarithms of Π 2cosh(Lγ/2) and Π 2sinh(Lγ/2) over γ_q with q = first, first + 2, … < 2L, where
/// cosh γ_q = s + 1/s - cos(πq/L). As sinh²(γ_q/2) = sinh²(γ₀/2) + sin²(πq/2L) nothing cancels near T_c.
struct LogProducts {
  Jet cosh, sinh;
};

LogProducts log_products(int64_t side, double coupling, int64_t first) {
  const Jet d = detuning(coupling);
  LogProducts sum;
  for (int64_t q = first; q < 2 * side; q += 2) {
    const double sine = std::sin(std::numbers::pi * static_cast<double>(q) / (2 * static_cast<double>(side)));
    const Jet x = static_cast<double>(side) * asinh(sqrt(d * d + sine * sine));  // Lγ/2
    sum.cosh += x + log1p_exp(x, +1);
    sum.sinh += x + log1p_exp(x, -1);
  }
  return sum;
}

/// Z = ½ (2 sinh 2K)^(L²/2) · (Π_odd 2cosh + Π_odd 2sinh + Π_even 2cosh + Π_even 2sinh). The factor q = 0 of
/// the even products is written as e^x ± e^-x, for its sinh changes sign at T_c. All four are divided by the
/// first, which is never far from the largest, before they leave the logarithm.
Jet log_partition(int64_t side, double temperature) {
  TORCH_CHECK_VALUE(side >= 2, "the Ising lattice's side must be 2 or more, got ", side);
  TORCH_CHECK_VALUE(std::isfinite(temperature) && temperature >= 0.01,
                    "Kaufman's formula is evaluated at finite temperatures from 0.01 up, got ", temperature);
  const double coupling = 1 / temperature, sites = static_cast<double>(side) * static_cast<double>(side);
  const auto odd = log_products(side, coupling, 1), even = log_products(side, coupling, 2);
  const Jet x = static_cast<double>(side) * asinh(detuning(coupling));  // Lγ₀/2
  const Jet cosh = even.cosh - odd.cosh, sinh = even.sinh - odd.cosh;
  const Jet ratio =
      Jet{1} + exp(odd.sinh - odd.cosh) + exp(cosh + x) + exp(cosh - x) + exp(sinh + x) - exp(sinh - x);
  return sites / 2 * log(2 * sinh_2k(coupling)) + odd.cosh + log(0.5 * ratio);
}

}  // namespace

double log_partition_function(int64_t side, double temperature) {
  return log_partition(side, temperature).value;
}

Thermodynamics kaufman(int64_t side, double temperature) {
  const auto by_coupling = log_partition(side, temperature);
  const double sites = static_cast<double>(side) * static_cast<double>(side);
  return {.energy = -by_coupling.first / sites,
          .specific_heat = by_coupling.second / (sites * temperature * temperature)};
}

}  // namespace spinlab::physics
