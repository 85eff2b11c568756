#pragma once

#include <string>

#include "benchmarks/turns.h"

namespace spinlab::benchmarks {

/// Reservoirs of 100, 1,000 and 5,000 units, each of which hears a tenth of all, on Lorenz's system, and the
/// system itself, against Python:
///   reservoir/run-N       the states of 5,000 inputs; peer: reservoirpy with the same weights, by NumPy and
///                         SciPy or by JAX
///   reservoir/readout-N   ridge regression of the next input on them; peer: the same
///   reservoir/forecast-N  1,000 states in closed loop; peer: the same
///   reservoir/forecasts   the same of 100 trajectories with 1,000 units; peer: one after the other
///   lorenz/one            a million Runge-Kutta steps; peer: SciPy's solve_ivp, the method and tolerance
///   that
///                         are fastest at the same error after 5 units of time
///   lorenz/thousand       a thousand steps of a thousand trajectories; peer: the same steps by NumPy, all at
///                         once
///   lorenz/spectrum       the Lyapunov exponents by 100,000 steps; peer: the same by NumPy
void reservoirs(const std::string& rows, int repetitions, const EachRow& each);

}  // namespace spinlab::benchmarks
