#pragma once

#include "regression.h"
#include "src/judging/student_call.h"

SPINLAB_CALL(regression, polynomial_features, "(n), degree -> (n, degree + 1)")
SPINLAB_CALL(regression, fit_least_squares, "(n, d), (n) -> (d)")
SPINLAB_CALL(regression, fit_ridge, "(n, d), (n), _ -> (d + 1)")
SPINLAB_CALL(regression, gradient_descent, "(n, d), (n), (d), _, steps -> (steps + 1, d)")
SPINLAB_CALL(regression, optimal_step, "(n, d) -> _")
SPINLAB_CALL(regression, soft_threshold, "(...), _ -> (...)")
SPINLAB_CALL(regression, lasso_violation, "(n, d), (n), (d + 1), _ -> _")
SPINLAB_CALL(regression, fit_lasso, "(n, d), (n), _, _ -> (d + 1)")
SPINLAB_CALL(regression, locally_linear, "(n), (n), (m), _ -> (m)")
