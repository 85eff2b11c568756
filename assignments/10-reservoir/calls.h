#pragma once

#include "reservoir.h"
#include "src/judging/student_call.h"

SPINLAB_CALL(reservoir, lorenz_slope, "{_, _, _}, (n, 3) -> (n, 3)")
SPINLAB_CALL(reservoir, runge_kutta_4, "<(...) -> (...)>, (...), _ -> (...)")
SPINLAB_CALL(reservoir, trajectories, "{_, _, _}, (n, 3), _, steps -> (n, steps + 1, 3)")
SPINLAB_CALL(reservoir, valid_times, "(n, steps, d), (n, steps, d), (d), _, _ -> (n)")
SPINLAB_CALL(reservoir, lorenz_step_maps, "{_, _, _}, (n, 3), _ -> (n, 3, 3)")
SPINLAB_CALL(reservoir, lyapunov_exponents, "(n, d, d), count, _ -> (count)")
SPINLAB_CALL(reservoir, spectral_radius, "(N, N) -> _")
SPINLAB_CALL(reservoir, with_spectral_radius, "(N, N), _ -> (N, N)")
SPINLAB_CALL(reservoir, draw_reservoir, "{N, d, _, _, _, _, _}, _ -> {(N, N), (N, d), (N), _}")
SPINLAB_CALL(reservoir, listen, "{(N, N), (N, d), (N), _}, (n, d), (N) -> (n, N)")
SPINLAB_CALL(reservoir, separation, "{(N, N), (N, d), (N), _}, (n, d), (N), (N) -> (n + 1)")
SPINLAB_CALL(reservoir, contraction_bound, "{(N, N), (N, d), (N), _} -> _")
SPINLAB_CALL(reservoir, fit_readout, "(T, N), (T, m), _, _ -> {(m, N), (m)}")
SPINLAB_CALL(reservoir, memory_capacities, "(T, N), (T), _, lags -> (lags)")
SPINLAB_CALL(reservoir, linear_memory, "(N, N), (N), lags -> (lags)")
SPINLAB_CALL(reservoir, fit_forecaster, "{(N, N), (N, d), (N), _}, (T, d), _, _ -> {{(d, N), (d)}, (N)}")
SPINLAB_CALL(reservoir, forecast, "{(N, N), (N, d), (N), _}, {(d, N), (d)}, (N), steps -> (steps, d)")
SPINLAB_CALL(reservoir, forecast_exponents, "{(N, N), (N, d), (N), _}, {(d, N), (d)}, (N), _, count, _ -> (count)")
SPINLAB_CALL(reservoir, delayed, "(T, d), delays, _ -> (_, delays * d)")
SPINLAB_CALL(reservoir, with_products, "(n, m) -> (n, _)")
SPINLAB_CALL(reservoir, fit_next_generation, "(T, d), _, _, _ -> {(d, _), (d)}")
SPINLAB_CALL(reservoir, continue_trajectory, "{(d, _), (d)}, (T, d), _, _, steps -> (steps, d)")
