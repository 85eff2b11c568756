#pragma once

#include "optimization.h"
#include "src/judging/student_call.h"

SPINLAB_CALL(optimization, gradient_descent, "<(d) -> (d)>, (d), _, steps -> (steps + 1, d)")
SPINLAB_CALL(optimization, heavy_ball, "<(d) -> (d)>, (d), _, steps -> (steps + 1, d)")
SPINLAB_CALL(optimization, best_heavy_ball, "_, _ -> _")
SPINLAB_CALL(optimization, nesterov, "<(d) -> (d)>, (d), _, steps -> (steps + 1, d)")
SPINLAB_CALL(optimization, best_nesterov, "_, _ -> _")
SPINLAB_CALL(optimization, adagrad, "<(d) -> (d)>, (d), _, steps -> (steps + 1, d)")
SPINLAB_CALL(optimization, rmsprop, "<(d) -> (d)>, (d), _, steps -> (steps + 1, d)")
SPINLAB_CALL(optimization, adam, "<(d) -> (d)>, (d), _, steps -> (steps + 1, d)")
SPINLAB_CALL(optimization, adamw, "<(d) -> (d)>, (d), _, steps -> (steps + 1, d)")
SPINLAB_CALL(optimization, sgd, "<(d), (b <= points):int64 -> (d)>, (d), {points, batch, _, epochs, _, _} -> (k <= epochs * points + 1, d)")
SPINLAB_CALL(optimization, stationary_covariance, "(d, d), (d, d), _ -> (d, d)")
SPINLAB_CALL(optimization, newton, "<(d) -> (d)>, <(d) -> (d, d)>, (d), steps -> (steps + 1, d)")
SPINLAB_CALL(optimization, gaussian_gradient, "(n), (2) -> (2)")
SPINLAB_CALL(optimization, gaussian_fisher, "(2) -> (2, 2)")
SPINLAB_CALL(optimization, natural_gradient, "<(d) -> (d)>, <(d) -> (d, d)>, (d), _, steps -> (steps + 1, d)")
SPINLAB_CALL(optimization, conjugate_gradients, "<(d) -> (d)>, (d), (d), {_, most} -> (k <= most + 1, d)")
SPINLAB_CALL(optimization, wolfe_search, "<(d) -> _>, <(d) -> (d)>, {(d), _, (d)}, (d) -> {(d), _, (d)}")
SPINLAB_CALL(optimization, bfgs_update, "(d, d), (d), (d) -> (d, d)")
SPINLAB_CALL(optimization, bfgs, "<(d) -> _>, <(d) -> (d)>, (d), {_, most} -> (k <= most + 1, d)")
SPINLAB_CALL(optimization, levenberg_marquardt, "<(d) -> (n)>, <(d) -> (n, d)>, (d), {_, most} -> (k <= most + 1, d)")
