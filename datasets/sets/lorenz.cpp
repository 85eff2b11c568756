#include <ATen/ATen.h>

#include <cmath>

#include "datasets/registry.h"
#include "datasets/sets/trajectories.h"
#include "src/physics/dynamics/trajectories.h"

namespace spinlab::datasets {
namespace {

/// Sprott, Chaos and Time-Series Analysis (2003), for σ = 10, ρ = 28, β = 8/3.
constexpr double kExponent = 0.9056;
/// Longest step of the solver, whose error in one Lyapunov time is then below 1e-8; and time to the
/// attractor.
constexpr double kLongestStep = 0.005, kTransient = 40;

at::Tensor solutions(int64_t n, int64_t states, double step, at::Generator generator) {
  const auto centre = at::tensor({0.0, 0.0, 25.0}, at::kDouble);
  const auto starts = centre + 5 * at::randn({n, 3}, generator, at::kDouble);
  const auto every = static_cast<int64_t>(std::ceil(step / kLongestStep - 1e-9));
  const auto fine = step / static_cast<double>(every);
  const auto before = static_cast<int64_t>(std::ceil(kTransient / fine));
  const physics::Lorenz flow;
  const auto settled = physics::runge_kutta_4(flow, starts, {fine, before, before}).select(1, 1);
  return physics::runge_kutta_4(flow, settled, {fine, (states - 1) * every, every});
}

Dataset load_lorenz(const Config& options, const DataFolders&, std::uint64_t seed) {
  auto set = make_trajectories("lorenz", options, kExponent, solutions, seed);
  set.features = {"x", "y", "z"};
  return set;
}

const Registered<DatasetEntry> kRegistered{
    {.name = "lorenz",
     .summary = "trajectories of Lorenz's system on its attractor, made from a seed",
     .defaults = trajectory_options(0.02),
     .load = load_lorenz}};

}  // namespace
}  // namespace spinlab::datasets
