#pragma once

#include "fcn.h"
#include "src/judging/student_call.h"

SPINLAB_CALL(fcn, activate)
SPINLAB_CALL(fcn, activation_slope)
SPINLAB_CALL(fcn, cross_entropy)
SPINLAB_CALL(fcn, cross_entropy_gradient)
SPINLAB_CALL(fcn, preactivations)
SPINLAB_CALL(fcn, backpropagate)
SPINLAB_CALL(fcn, gradients_by_hand)
SPINLAB_CALL(fcn, sgd_step)
SPINLAB_CALL(fcn, gradients_by_autograd)
SPINLAB_CALL(fcn, make_network)
SPINLAB_CALL(fcn, accuracy)
SPINLAB_CALL(fcn, train)
SPINLAB_CALL(fcn, gaussian_parameters)
SPINLAB_CALL(fcn, weight_scale)
SPINLAB_CALL(fcn, gauss_hermite)
SPINLAB_CALL(fcn, variance_map)
SPINLAB_CALL(fcn, variance_fixed_point)
SPINLAB_CALL(fcn, gradient_factor)
SPINLAB_CALL(fcn, critical_weight_variance)
SPINLAB_CALL(fcn, fit_classifier)
