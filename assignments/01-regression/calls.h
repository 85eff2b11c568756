#pragma once

#include "regression.h"
#include "src/judging/student_call.h"

SPINLAB_CALL(regression, polynomial_features)
SPINLAB_CALL(regression, fit_least_squares)
SPINLAB_CALL(regression, fit_ridge)
SPINLAB_CALL(regression, gradient_descent)
SPINLAB_CALL(regression, optimal_step)
SPINLAB_CALL(regression, soft_threshold)
SPINLAB_CALL(regression, lasso_violation)
SPINLAB_CALL(regression, fit_lasso)
SPINLAB_CALL(regression, locally_linear)
