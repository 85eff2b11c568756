#include "src/judging/worker/module_exports.h"

#include "fcn.h"

SPINLAB_EXPORT(fcn::activate);
SPINLAB_EXPORT(fcn::activation_slope);
SPINLAB_EXPORT(fcn::cross_entropy);
SPINLAB_EXPORT(fcn::cross_entropy_gradient);
SPINLAB_EXPORT(fcn::preactivations);
SPINLAB_EXPORT(fcn::backpropagate);
SPINLAB_EXPORT(fcn::gradients_by_hand);
SPINLAB_EXPORT(fcn::sgd_step);
SPINLAB_EXPORT(fcn::gradients_by_autograd);
SPINLAB_EXPORT(fcn::make_network);
SPINLAB_EXPORT(fcn::accuracy);
SPINLAB_EXPORT(fcn::train);
SPINLAB_EXPORT(fcn::gaussian_parameters);
SPINLAB_EXPORT(fcn::weight_scale);
SPINLAB_EXPORT(fcn::gauss_hermite);
SPINLAB_EXPORT(fcn::variance_map);
SPINLAB_EXPORT(fcn::variance_fixed_point);
SPINLAB_EXPORT(fcn::gradient_factor);
SPINLAB_EXPORT(fcn::critical_weight_variance);
SPINLAB_EXPORT(fcn::fit_classifier);
