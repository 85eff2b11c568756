#pragma once

#include <functional>

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// A system that trajectory sets are made from: n solutions on its attractor from starts by `generator`,
/// float64 (n, states, d), a time `step` apart.
using Solutions = std::function<at::Tensor(int64_t n, int64_t states, double step, at::Generator generator)>;

/// The options of every set of trajectories: "time_step" (the system's own unit); "length" (5,000), states of
/// the one trajectory to train on; "test" (100) others, each with "heard" (200) states that a model is shown
/// and "horizon" (1,000) that it is asked for; "noise" (0), the deviation of independent Gaussian noise on
/// what is learnt from and heard, in units of each number's own deviation; "window" (null: the whole) and
/// "stride" (1): the training trajectory as windows of so many states, views of it, so many states apart.
Json trajectory_options(double time_step);

/// A set of them. `exponent`: the largest Lyapunov exponent in the system's unit of time.
Dataset make_trajectories(const std::string& name, const Config& options, double exponent,
                          const Solutions& solutions, std::uint64_t seed);

}  // namespace spinlab::datasets
