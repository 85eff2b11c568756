#include "src/physics/onsager.h"

#include <c10/util/Exception.h>

#include <cmath>
#include <limits>

#include "tests/support/spinlab_test.h"

namespace spinlab::physics {
namespace {

TEST(Onsager, CriticalTemperature) {
  EXPECT_DOUBLE_EQ(kCriticalTemperature, 2 / std::log(1 + std::sqrt(2.0)));
}

// Yang 1952 and Onsager 1944 evaluated to seven digits elsewhere.
TEST(Onsager, ValuesAtTwo) {
  EXPECT_CLOSE(spontaneous_magnetization(2.0), 0.9113194, atol(5e-8));
  EXPECT_CLOSE(onsager(2.0).energy, -1.7455646, atol(5e-8));
}

TEST(Onsager, EnergyAtTheCriticalTemperatureIsMinusRootTwo) {
  EXPECT_CLOSE(onsager(kCriticalTemperature).energy, -std::sqrt(2.0), atol(1e-12));
}

TEST(Onsager, SpecificHeatIsTheDerivativeOfTheEnergy) {
  for (const double temperature : {1.0, 1.7, 2.2, 2.35, 3.0, 10.0}) {
    const double h = 1e-4;
    const double slope = (onsager(temperature + h).energy - onsager(temperature - h).energy) / (2 * h);
    EXPECT_CLOSE(onsager(temperature).specific_heat, slope, rtol(1e-5));
  }
}

// c → -(8/π)K_c² (ln|1 - T/T_c| + ln(√2 K_c)... ): halving the distance adds (8/π)·K_c²·ln 2, whatever the
// constant.
TEST(Onsager, SpecificHeatDivergesLogarithmically) {
  const double coupling = 1 / kCriticalTemperature;
  const double step = 8 / 3.14159265358979324 * coupling * coupling * std::log(2.0);
  for (const double side : {-1.0, 1.0}) {
    const auto heat = [&](double distance) {
      return onsager(kCriticalTemperature + side * distance).specific_heat;
    };
    EXPECT_CLOSE(heat(1e-6) - heat(2e-6), step, atol(1e-4));
  }
}

// Lowest excitations: one spin flipped costs 8, two neighbours 12. ln Z/N = 2K + x⁴ + 2x⁶ + …, x = e⁻²ᴷ.
TEST(Onsager, LowTemperatureSeries) {
  const double temperature = 0.5, x = std::exp(-2 / temperature);
  EXPECT_CLOSE(onsager(temperature).energy + 2, 8 * std::pow(x, 4) + 24 * std::pow(x, 6), rtol(1e-5));
  EXPECT_CLOSE(1 - spontaneous_magnetization(temperature), 2 * std::pow(x, 4) + 8 * std::pow(x, 6),
               rtol(1e-5));
}

TEST(Onsager, HoldsAtExtremeTemperatures) {
  EXPECT_CLOSE(onsager(1e-3).energy, -2.0, atol(0));
  EXPECT_CLOSE(onsager(1e6).energy, -2e-6, atol(1e-9));
  EXPECT_EQ(spontaneous_magnetization(1e-3), 1);
  EXPECT_EQ(spontaneous_magnetization(kCriticalTemperature), 0);
}

TEST(Onsager, RefusesTemperaturesThatAreNone) {
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::infinity(), std::nan("")}) {
    EXPECT_THROW(onsager(bad), c10::ValueError);
    EXPECT_THROW(spontaneous_magnetization(bad), c10::ValueError);
  }
}

}  // namespace
}  // namespace spinlab::physics
