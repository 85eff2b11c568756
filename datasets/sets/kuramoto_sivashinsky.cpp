#include "src/physics/dynamics/kuramoto_sivashinsky.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>

#include "datasets/registry.h"
#include "datasets/sets/trajectories.h"

namespace spinlab::datasets {
namespace {

constexpr double kLength = 22;
/// Largest exponent for that length: 0.0485 ± 0.0007 by tests/datasets/sets/trajectories_test.cpp with 30,000
/// motions; 0.048 in Cvitanović, Davidchack and Siminos, SIAM J. Appl. Dyn. Syst. 9 (2010).
constexpr double kExponent = 0.0485;
/// Longest step of the solver, and time to the attractor.
constexpr double kLongestStep = 0.25, kTransient = 250;

Dataset load_kuramoto_sivashinsky(const Config& options, const DataFolders&, std::uint64_t seed) {
  const physics::KuramotoSivashinsky equation{.length = kLength,
                                              .points = options.integer("points", 8, 4096)};
  const auto solutions = [&](int64_t n, int64_t states, double step, at::Generator generator) {
    const auto starts = 0.1 * at::randn({n, equation.points}, generator, at::kDouble);
    const auto every = static_cast<int64_t>(std::ceil(step / kLongestStep - 1e-9));
    const auto fine = step / static_cast<double>(every);
    const auto before = static_cast<int64_t>(std::ceil(kTransient / step));
    const physics::FixedSteps steps{fine, (before + states - 1) * every, every};
    // The mean is conserved: it is 0, as in the literature.
    const auto path = physics::integrate(equation, starts - starts.mean(1, /*keepdim=*/true), steps);
    return path.slice(1, before).contiguous();
  };
  return make_trajectories("kuramoto-sivashinsky", options, kExponent, solutions, seed);
}

Json defaults() {
  auto all = trajectory_options(0.25);
  all["points"] = 64;
  all["test"] = 20;
  return all;
}

const Registered<DatasetEntry> kRegistered{
    {.name = "kuramoto-sivashinsky",
     .summary = "the Kuramoto-Sivashinsky equation on a ring of length 22, made from a seed",
     .defaults = defaults(),
     .load = load_kuramoto_sivashinsky}};

}  // namespace
}  // namespace spinlab::datasets
