#include "src/judging/worker/exports.h"

#include "optimization.h"

SPINLAB_EXPORT(optimization::gradient_descent);
SPINLAB_EXPORT(optimization::heavy_ball);
SPINLAB_EXPORT(optimization::best_heavy_ball);
SPINLAB_EXPORT(optimization::nesterov);
SPINLAB_EXPORT(optimization::best_nesterov);
SPINLAB_EXPORT(optimization::adagrad);
SPINLAB_EXPORT(optimization::rmsprop);
SPINLAB_EXPORT(optimization::adam);
SPINLAB_EXPORT(optimization::adamw);
SPINLAB_EXPORT(optimization::sgd);
SPINLAB_EXPORT(optimization::stationary_covariance);
SPINLAB_EXPORT(optimization::newton);
SPINLAB_EXPORT(optimization::gaussian_gradient);
SPINLAB_EXPORT(optimization::gaussian_fisher);
SPINLAB_EXPORT(optimization::natural_gradient);
SPINLAB_EXPORT(optimization::conjugate_gradients);
SPINLAB_EXPORT(optimization::wolfe_search);
SPINLAB_EXPORT(optimization::bfgs_update);
SPINLAB_EXPORT(optimization::bfgs);
SPINLAB_EXPORT(optimization::levenberg_marquardt);
