#include "datasets/sets/ising.h"

#include "datasets/registry.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "datasets/split.h"
#include "src/core/seed.h"
#include "src/physics/phase_posterior.h"

namespace spinlab::datasets {
namespace {

constexpr int64_t kMaxSide = 1024, kMaxSamples = 1'000'000, kMaxSweeps = 100'000;
constexpr int64_t kMaxSpins = int64_t{1} << 33;

std::vector<double> default_temperatures() {
  std::vector<double> temperatures;
  for (int tenths = 10; tenths <= 35; ++tenths) temperatures.push_back(tenths / 10.0);
  return temperatures;
}

IsingSetOptions parse(const Config& options) {
  IsingSetOptions made;
  made.side = options.integer("side", 2, kMaxSide);
  made.temperatures = options.get<std::vector<double>>("temperatures");
  made.samples = options.integer("samples", 1, kMaxSamples);
  made.sweeps = options.integer("sweeps", 1, kMaxSweeps);
  if (options.one_of("algorithm", {"wolff", "metropolis"}) == "metropolis") {
    made.algorithm = physics::IsingAlgorithm::kMetropolis;
  }
  return made;
}

void require_possible(const IsingSetOptions& options) {
  const auto count = static_cast<int64_t>(options.temperatures.size());
  TORCH_CHECK_VALUE(count > 0, "ising: no temperatures; give at least one below and one above 2.27");
  for (const double t : options.temperatures)
    TORCH_CHECK_VALUE(t > 0, "ising: temperatures must be above 0, got ", t);
  const auto spins = count * options.samples * options.side * options.side;
  TORCH_CHECK_VALUE(spins <= kMaxSpins, "ising: ", spins, " spins are more than the ", kMaxSpins,
                    " that fit in memory; ask for fewer samples, fewer temperatures or a smaller side");
}

at::Tensor rows_where(const at::Tensor& chosen) { return chosen.nonzero().view(-1); }

}  // namespace

Split make_ising(const IsingSetOptions& options, std::uint64_t seed) {
  require_possible(options);
  physics::IsingOptions sampler;
  sampler.side = options.side;
  sampler.samples = options.samples;
  sampler.sweeps = options.sweeps;
  sampler.algorithm = options.algorithm;
  sampler.seed = derive_seed(seed, "ising");
  const auto states = physics::sample_ising(options.temperatures, sampler);
  const auto temperatures = at::tensor(options.temperatures, at::kDouble).repeat_interleave(options.samples);
  return {states.view({-1, 1, options.side, options.side}),
          temperatures.lt(physics::kCriticalTemperature).to(at::kLong), temperatures};
}

namespace {

/// Where each temperature has as many configurations, and none is kept apart.
Posterior exact_posterior(const IsingSetOptions& options) {
  return [side = options.side, temperatures = options.temperatures](const at::Tensor& x) {
    const auto energies = physics::energy(x.to(at::kChar).view({-1, side, side}));
    const auto ordered = physics::ordered_probability(energies, side, temperatures);
    return at::stack({1 - ordered, ordered}, 1);
  };
}

}  // namespace

Dataset load_ising(const Config& options, const DataFolders&, std::uint64_t seed) {
  const auto made = parse(options);
  const auto window = options.number("critical_window", 0, 100);
  const auto test_fraction = options.number("test_fraction", 0, 1);
  options.expect_no_other_keys();
  const auto all = make_ising(made, seed);
  const auto critical = (all.temperatures - physics::kCriticalTemperature).abs().lt(window);
  Dataset set;
  set.name = "ising";
  shuffle_split(select(all, rows_where(critical.logical_not())), test_fraction, seed, set);
  if (critical.any().item<bool>())
    set.parts["critical"] = select(all, rows_where(critical));
  else
    set.posterior = exact_posterior(made);
  set.classes = {"disordered", "ordered"};
  set.mean = at::zeros({1, 1, 1}, at::kDouble);
  set.deviation = at::ones({1, 1, 1}, at::kDouble);
  return set;
}

namespace {

Json defaults() {
  const IsingSetOptions made;
  return {{"side", made.side},       {"temperatures", default_temperatures()},
          {"samples", made.samples}, {"sweeps", made.sweeps},
          {"algorithm", "wolff"},    {"critical_window", 0.3},
          {"test_fraction", 0.2}};
}

const Registered<DatasetEntry> kRegistered{
    {.name = "ising",
     .summary = "Ising configurations around the critical temperature, sampled from a seed",
     .defaults = defaults(),
     .load = load_ising}};

}  // namespace
}  // namespace spinlab::datasets
