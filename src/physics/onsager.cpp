#include "src/physics/onsager.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace spinlab::physics {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kSmallest = std::numeric_limits<double>::min();  // stands for 0, where K diverges

struct EllipticIntegrals {
  double first, second;  // K(k), E(k)
};

/// By the arithmetic-geometric mean, from modulus and complementary modulus, k² + k'² = 1: given both,
/// neither end of [0, 1] loses digits. [Abramowitz and Stegun 17.6]
EllipticIntegrals elliptic(double modulus, double complement) {
  double a = 1, b = std::max(complement, kSmallest), c = modulus, power = 0.5, sum = power * c * c;
  while (std::abs(c) > 1e-8 * a) {  // convergence is quadratic: the next step's c² is below rounding
    c = (a - b) / 2;
    const double mean = (a + b) / 2;
    b = std::sqrt(a * b);
    a = mean;
    power *= 2;
    sum += power * c * c;
  }
  const double first = kPi / (2 * a);
  return {first, first * (1 - sum)};
}

}  // namespace

void check_temperature(double temperature) {
  TORCH_CHECK_VALUE(std::isfinite(temperature) && temperature > 0,
                    "a temperature must be finite and above 0, got ", temperature);
}

double spontaneous_magnetization(double temperature) {
  check_temperature(temperature);
  if (temperature >= kCriticalTemperature) return 0;
  return std::pow(1 - std::pow(std::sinh(2 / temperature), -4), 0.125);
}

Thermodynamics onsager(double temperature) {
  check_temperature(temperature);
  const double coupling = 1 / temperature, tanh = std::tanh(2 * coupling);
  const double modulus = 2 * tanh / std::cosh(2 * coupling), signed_complement = 2 * tanh * tanh - 1;
  const auto [first, second] = elliptic(modulus, std::abs(signed_complement));
  const double cosh = std::cosh(2 * coupling);
  const double bracket = first - second - (kPi / 2 + signed_complement * first) / (cosh * cosh);
  return {.energy = -(1 + 2 / kPi * signed_complement * first) / tanh,
          .specific_heat = 4 / kPi * std::pow(coupling / tanh, 2) * bracket};
}

}  // namespace spinlab::physics
