#include "src/physics/kaufman.h"

#include <c10/util/Exception.h>

#include <cmath>
#include <map>

#include "tests/physics/enumeration.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::physics {
namespace {

struct Row {
  int side;
  double energy, specific_heat;
};

// Evaluated separately in double precision from Kaufman 1949.
TEST(Kaufman, ValuesAtTheCriticalTemperature) {
  for (const Row row : {Row{4, -1.565624, 0.783267},
                        {8, -1.491589, 1.145559},
                        {32, -1.433658, 1.846768},
                        {64, -1.423938, 2.192211}}) {
    EXPECT_CLOSE(kaufman(row.side, kCriticalTemperature).energy, row.energy, atol(5e-7));
    EXPECT_CLOSE(kaufman(row.side, kCriticalTemperature).specific_heat, row.specific_heat, atol(5e-7));
  }
}

// Odd sides frustrate nothing here but have no checkerboard; side 2 has double bonds.
TEST(Kaufman, AgreesWithTheSumOverAllStates) {
  for (const int side : {2, 3, 4}) {
    const Enumeration lattice(side);
    for (const double temperature : {0.5, 1.5, kCriticalTemperature, 2.27, 4.0, 50.0}) {
      double sum = 0;
      for (std::size_t state = 0; state < lattice.states(); ++state)
        sum += lattice.weight(state, temperature);
      const double log_z = std::log(sum) + 2 * lattice.sites / temperature;
      const double e = lattice.mean(temperature, [&](std::size_t s) { return lattice.energy[s]; });
      const double e2 =
          lattice.mean(temperature, [&](std::size_t s) { return std::pow(lattice.energy[s] - e, 2); });
      EXPECT_CLOSE(log_partition_function(side, temperature), log_z, rtol(1e-13));
      EXPECT_CLOSE(kaufman(side, temperature).energy, e / lattice.sites, rtol(1e-11));
      EXPECT_CLOSE(kaufman(side, temperature).specific_heat, e2 / lattice.sites / temperature / temperature,
                   rtol(1e-9));
    }
  }
}

TEST(Enumeration, DensityOfStatesOfFourByFour) {
  std::map<int, int> count;
  const Enumeration lattice(4);
  for (const int energy : lattice.energy) ++count[energy];
  const std::map<int, int> expected = {{-32, 2},   {-24, 32},   {-20, 64},  {-16, 424}, {-12, 1728},
                                       {-8, 6688}, {-4, 13568}, {0, 20524}, {4, 13568}, {8, 6688},
                                       {12, 1728}, {16, 424},   {20, 64},   {24, 32},   {32, 2}};
  EXPECT_EQ(count, expected);
}

TEST(Kaufman, TendsToOnsagerAwayFromTheCriticalTemperature) {
  for (const double temperature : {0.05, 1.0, 2.0, 2.6, 5.0, 1000.0}) {
    const auto finite = kaufman(512, temperature), infinite = onsager(temperature);
    EXPECT_CLOSE(finite.energy, infinite.energy, rtol(1e-10));
    EXPECT_CLOSE(finite.specific_heat, infinite.specific_heat, rtol(1e-8) + atol(1e-12));
  }
}

TEST(Kaufman, StaysFiniteOnLargeLattices) {
  EXPECT_CLOSE(kaufman(2048, 0.01).energy, -2.0, rtol(1e-14));
  EXPECT_CLOSE(kaufman(2048, 1.0).energy, onsager(1.0).energy, rtol(1e-11));
  // Ferdinand and Fisher 1969: c grows by (8/π)K_c² ln 2 for each doubling of the side.
  const double growth =
      kaufman(2048, kCriticalTemperature).specific_heat - kaufman(1024, kCriticalTemperature).specific_heat;
  EXPECT_CLOSE(growth, 8 / 3.14159265358979324 * std::log(2.0) / std::pow(kCriticalTemperature, 2),
               atol(1e-4));
}

TEST(Kaufman, RefusesWhatItCannotEvaluate) {
  EXPECT_THROW(kaufman(1, 2.0), c10::ValueError);
  EXPECT_THROW(kaufman(8, 0.001), c10::ValueError);
  EXPECT_THROW(kaufman(8, std::nan("")), c10::ValueError);
}

}  // namespace
}  // namespace spinlab::physics
