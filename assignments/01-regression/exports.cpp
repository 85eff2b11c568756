#include "src/judging/worker/exports.h"

#include "regression.h"

SPINLAB_EXPORT(regression::polynomial_features);
SPINLAB_EXPORT(regression::fit_least_squares);
SPINLAB_EXPORT(regression::fit_ridge);
SPINLAB_EXPORT(regression::gradient_descent);
SPINLAB_EXPORT(regression::optimal_step);
SPINLAB_EXPORT(regression::soft_threshold);
SPINLAB_EXPORT(regression::lasso_violation);
SPINLAB_EXPORT(regression::fit_lasso);
SPINLAB_EXPORT(regression::locally_linear);
