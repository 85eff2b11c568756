#pragma once

#include <cstdint>

namespace spinlab::physics {

/// T_c = 2 / ln(1 + √2) of the square lattice, J = k = 1. [Onsager, Phys. Rev. 65, 117 (1944)]
inline constexpr double kCriticalTemperature = 2.269185314213022;

/// Per site, in units of J and k.
struct Thermodynamics {
  double energy = 0;
  double specific_heat = 0;
};

/// Throws c10::ValueError unless the temperature is finite and above 0.
void check_temperature(double temperature);

/// The infinite lattice: (1 - sinh⁻⁴(2/T))^⅛ below the critical temperature, 0 above. [Yang, Phys. Rev. 85,
/// 808 (1952)]
double spontaneous_magnetization(double temperature);

/// The infinite lattice, by complete elliptic integrals. The specific heat diverges like
/// -(8/π)K_c²·ln|T - T_c| at the critical temperature. [Onsager 1944; Huang, Statistical Mechanics,
/// 2nd ed., eq. 15.99 and 15.101]
Thermodynamics onsager(double temperature);

}  // namespace spinlab::physics
