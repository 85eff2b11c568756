#pragma once

#include "optimization.h"
#include "src/judging/student_call.h"

SPINLAB_CALL(optimization, gradient_descent)
SPINLAB_CALL(optimization, heavy_ball)
SPINLAB_CALL(optimization, best_heavy_ball)
SPINLAB_CALL(optimization, nesterov)
SPINLAB_CALL(optimization, best_nesterov)
SPINLAB_CALL(optimization, adagrad)
SPINLAB_CALL(optimization, rmsprop)
SPINLAB_CALL(optimization, adam)
SPINLAB_CALL(optimization, adamw)
SPINLAB_CALL(optimization, sgd)
SPINLAB_CALL(optimization, stationary_covariance)
SPINLAB_CALL(optimization, newton)
SPINLAB_CALL(optimization, gaussian_gradient)
SPINLAB_CALL(optimization, gaussian_fisher)
SPINLAB_CALL(optimization, natural_gradient)
SPINLAB_CALL(optimization, conjugate_gradients)
SPINLAB_CALL(optimization, wolfe_search)
SPINLAB_CALL(optimization, bfgs_update)
SPINLAB_CALL(optimization, bfgs)
SPINLAB_CALL(optimization, levenberg_marquardt)
