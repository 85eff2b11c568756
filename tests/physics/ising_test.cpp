#include "src/physics/ising.h"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>
#include <torch/types.h>

#include <cmath>
#include <limits>

#include "src/physics/autocorrelation.h"
#include "src/physics/kaufman.h"
#include "tests/physics/enumeration.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::physics {
namespace {

constexpr int64_t kChains = 64;
constexpr IsingAlgorithm kAlgorithms[] = {IsingAlgorithm::kWolff, IsingAlgorithm::kMetropolis};

/// Independent chains at one temperature: (kChains, samples, side, side).
at::Tensor independent_chains(double temperature, IsingOptions options) {
  return sample_ising(std::vector<double>(kChains, temperature), options);
}

/// The mean of 64 independent chain means against the exact value. Student's t with 63 degrees of freedom
/// exceeds 6.5 with probability 1.5e-8; with fewer than 60 comparisons in this file all of them together stay
/// below 1e-6. The standard error must be small enough for the comparison to mean something.
void expect_mean(const at::Tensor& quantity, double exact, double largest_error) {
  const auto means = quantity.mean(1);
  const double error = means.std().item<double>() / std::sqrt(static_cast<double>(kChains));
  EXPECT_LT(error, largest_error);
  EXPECT_CLOSE(means.mean().item<double>(), exact, atol(6.5 * error));
}

TEST(SampleIsing, MeetsTheExactDistributionOfFourByFour) {
  const Enumeration exact(4);
  for (const auto algorithm : kAlgorithms) {
    for (const double temperature : {1.5, kCriticalTemperature, 4.0}) {
      const auto spins = independent_chains(
          temperature,
          {.side = 4, .samples = 640, .sweeps = 3, .burn_in = 50, .algorithm = algorithm, .seed = 11});
      const auto m = magnetization(spins);
      const auto moment = [&](double power) {
        return exact.mean(temperature, [&](std::size_t s) {
          return std::pow(std::abs(exact.magnetization[s] / 16.0), power);
        });
      };
      const double e = exact.mean(temperature, [&](std::size_t s) { return exact.energy[s] / 16.0; });
      expect_mean(energy(spins), e, 0.006);
      expect_mean(m, 0, 0.01);
      expect_mean(m.abs(), moment(1), 0.004);
      expect_mean(m.square(), moment(2), 0.004);  // with the fourth: Binder's cumulant
      expect_mean(m.pow(4), moment(4), 0.004);
    }
  }
}

void expect_kaufman(double temperature, const IsingOptions& options) {
  const auto exact = kaufman(options.side, temperature);
  const double sites = static_cast<double>(options.side * options.side);
  const double variance = exact.specific_heat * temperature * temperature / sites;
  const auto e = energy(independent_chains(temperature, options));
  expect_mean(e, exact.energy, 0.01);
  expect_mean(e.square(), exact.energy * exact.energy + variance, 0.03);
}

TEST(SampleIsing, MeetsKaufmansEnergyAndSpecificHeat) {
  for (const double temperature : {2.0, kCriticalTemperature, 3.0}) {
    for (const int64_t side : {8, 15, 16}) {
      expect_kaufman(temperature, {.side = side, .samples = 128, .sweeps = 3, .burn_in = 30, .seed = 12});
    }
    for (const int64_t side : {8, 9}) {
      expect_kaufman(temperature,
                     {.side = side, .burn_in = 1000, .algorithm = IsingAlgorithm::kMetropolis, .seed = 12});
    }
  }
}

TEST(SampleIsing, OrderedSamplesPointBothWays) {
  for (const auto algorithm : kAlgorithms) {
    const auto m =
        magnetization(sample_ising({.side = 16, .temperature = 1.5, .samples = 256, .algorithm = algorithm}));
    EXPECT_TRUE((m.abs() > 0.8).all().item<bool>());
    const auto up =
        (m > 0).sum().item<int64_t>();  // binomial(256, ½): outside [80, 176] with probability 1e-9
    EXPECT_GT(up, 80);
    EXPECT_LT(up, 176);
  }
}

TEST(SampleIsing, DefaultsGiveNearlyIndependentSamplesAtTheCriticalTemperature) {
  const auto spins = sample_ising({.samples = 2000, .seed = 3});
  EXPECT_LT(integrated_autocorrelation_time(magnetization(spins).abs()), 1.0);
  EXPECT_LT(integrated_autocorrelation_time(energy(spins)), 1.5);
}

TEST(SampleIsing, TheSameSeedGivesTheSameBitsOnAnyNumberOfThreads) {
  const std::vector<double> temperatures = {1.0, 2.0, 2.27, 3.0, 4.0};
  const int threads = at::get_num_threads();
  for (const auto algorithm : kAlgorithms) {
    const IsingOptions options{.side = 10, .samples = 70, .algorithm = algorithm, .seed = 5};
    at::set_num_threads(1);
    const auto alone = sample_ising(temperatures, options);
    at::set_num_threads(4);
    EXPECT_TRUE(alone.equal(sample_ising(temperatures, options)));
    auto other = options;
    other.seed = 6;
    EXPECT_FALSE(alone.equal(sample_ising(temperatures, other)));
  }
  at::set_num_threads(threads);
}

TEST(SampleIsing, ShapesAndValues) {
  const auto spins = sample_ising({.side = 5, .samples = 3});
  EXPECT_EQ(spins.sizes(), (std::vector<int64_t>{3, 5, 5}));
  EXPECT_EQ(spins.scalar_type(), torch::kInt8);
  EXPECT_TRUE(spins.abs().eq(1).all().item<bool>());
}

TEST(SampleIsing, RefusesBadOptionsInOneLine) {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const IsingOptions& bad :
       {IsingOptions{.side = 1}, IsingOptions{.side = 1 << 20}, IsingOptions{.temperature = 0},
        IsingOptions{.temperature = -2}, IsingOptions{.temperature = infinity}, IsingOptions{.samples = 0},
        IsingOptions{.sweeps = 0}, IsingOptions{.burn_in = -1}}) {
    EXPECT_THROW(sample_ising(bad), c10::ValueError);
  }
  EXPECT_THROW(sample_ising(std::vector<double>{}, IsingOptions{}), c10::ValueError);
}

TEST(SampleIsing, HoldsAtExtremeTemperatures) {
  for (const auto algorithm : kAlgorithms) {
    const auto cold = sample_ising({.side = 6, .temperature = 1e-3, .samples = 4, .algorithm = algorithm});
    EXPECT_CLOSE(energy(cold), torch::full({4}, -2.0, torch::kFloat64), atol(0));
    const auto hot = sample_ising({.side = 32, .temperature = 1e18, .samples = 64, .algorithm = algorithm});
    EXPECT_LT(energy(hot).mean().abs().item<double>(), 0.04);  // standard error 0.0055
  }
}

TEST(Energy, OfKnownConfigurations) {
  const auto up = torch::ones({4, 4}, torch::kInt8);
  const auto column = torch::arange(4).remainder(2).mul(2).sub(1).to(torch::kInt8).expand({4, 4});
  const auto checkerboard = column * column.t();
  EXPECT_CLOSE(energy(torch::stack({up, -up, column, checkerboard})),
               torch::tensor({-2., -2., 0., 2.}, torch::kFloat64), atol(0));
  EXPECT_CLOSE(magnetization(torch::stack({up, -up, column})), torch::tensor({1., -1., 0.}, torch::kFloat64),
               atol(0));
  EXPECT_THROW(energy(torch::ones({4, 3})), c10::ValueError);
  EXPECT_THROW(magnetization(torch::ones({4})), c10::ValueError);
}

// No part of the sampler: an independent sum over bonds.
TEST(Energy, OfEveryStateOfThreeByThree) {
  const Enumeration exact(3);
  auto spins = torch::empty({512, 3, 3}, torch::kInt8);
  auto* spin = spins.data_ptr<int8_t>();
  for (int state = 0; state < 512; ++state) {
    for (int site = 0; site < 9; ++site) *spin++ = state >> site & 1 ? 1 : -1;
  }
  EXPECT_CLOSE(energy(spins) * 9, torch::tensor(exact.energy, torch::kFloat64), atol(1e-12));
  EXPECT_CLOSE(magnetization(spins) * 9, torch::tensor(exact.magnetization, torch::kFloat64), atol(1e-12));
}

}  // namespace
}  // namespace spinlab::physics
