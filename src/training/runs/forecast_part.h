#pragma once

#include "datasets/dataset.h"
#include "src/core/json.h"
#include "src/training/learner.h"

namespace spinlab::training {

/// What a forecaster says of a part's trajectories, for a picture; time is in Lyapunov times from the last
/// state that was heard on:
///
///     "time"            of the states that follow, at most 1000 of them, evenly chosen
///     "truth", "forecast" of the first trajectory, [number of the state][time], in units of the data
///     "error"           by quantiles over the trajectories: "low" (a quarter), "median", "high", of the root
///                       mean square over the state's numbers, each in units of its deviation
///     "valid_times"     of all trajectories; "threshold": the error that ends one
///
/// Throws c10::ValueError for a set that has no trajectories.
Json forecast_part(Learner& learner, const datasets::Dataset& set, const datasets::Split& part);

}  // namespace spinlab::training
