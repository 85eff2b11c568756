#include "src/physics/dynamics/mackey_glass.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>

#include "datasets/registry.h"
#include "datasets/sets/trajectories.h"

namespace spinlab::datasets {
namespace {

/// Largest exponent for β = 0.2, γ = 0.1, n = 10, τ = 17, in nats: 0.00514 ± 0.00004 by tests/datasets/sets/
/// trajectories_test.cpp with 100,000 motions, 0.0051 by Heun's steps and the tangent equation. The 0.007 of
/// the literature is in bits.
constexpr double kExponent = 0.00514;
/// Longest step of the solver, and time to the attractor.
constexpr double kLongestStep = 0.1, kTransient = 2000;

at::Tensor solutions(int64_t n, int64_t states, double step, at::Generator generator) {
  const physics::MackeyGlass system;
  const auto every = static_cast<int64_t>(std::ceil(step / kLongestStep - 1e-9));
  const auto a_delay = system.delay / step * static_cast<double>(every);
  const auto steps_per_delay = std::llround(a_delay);
  TORCH_CHECK_VALUE(std::abs(a_delay - static_cast<double>(steps_per_delay)) < 1e-6, "time_step: ", step,
                    " in ", every, " parts does not divide the delay of ", system.delay,
                    "; choose 1, 0.5 or 0.1");
  const auto starts = at::empty({n}, at::kDouble).uniform_(0.5, 1.3, generator);
  const auto before = static_cast<int64_t>(std::ceil(kTransient / step));
  const auto path = physics::integrate(
      system, starts,
      {.steps_per_delay = steps_per_delay, .steps = (before + states - 1) * every, .every = every});
  return path.slice(1, before).unsqueeze(2).contiguous();
}

Dataset load_mackey_glass(const Config& options, const DataFolders&, std::uint64_t seed) {
  auto set = make_trajectories("mackey-glass", options, kExponent, solutions, seed);
  set.features = {"x"};
  return set;
}

const Registered<DatasetEntry> kRegistered{
    {.name = "mackey-glass",
     .summary = "trajectories of the Mackey-Glass equation with delay 17, made from a seed",
     .defaults = trajectory_options(1),
     .load = load_mackey_glass}};

}  // namespace
}  // namespace spinlab::datasets
