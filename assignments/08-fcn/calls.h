#pragma once

#include "fcn.h"
#include "src/judging/student_call.h"

SPINLAB_CALL(fcn, activate, "(...), _ -> (...)")
SPINLAB_CALL(fcn, activation_slope, "(...), _ -> (...)")
SPINLAB_CALL(fcn, cross_entropy, "(n, k), (n):int64 -> ()")
SPINLAB_CALL(fcn, cross_entropy_gradient, "(n, k), (n):int64 -> (n, k)")
SPINLAB_CALL(fcn, preactivations, "[{(_, _), (_)}; layers], (n, _), _ -> [(n, _); layers]")
SPINLAB_CALL(fcn, backpropagate, "[{(_, _), (_)}; layers], [(n, _); layers], (n, _), _ -> [(n, _); layers]")
SPINLAB_CALL(fcn, gradients_by_hand, "[{(_, _), (_)}; layers], (n, _), (n):int64, _ -> [{(_, _), (_)}; layers]")
SPINLAB_CALL(fcn, sgd_step, "[{(_, _), (_)}; layers], [{(_, _), (_)}; layers], _ -> [{(_, _), (_)}; layers]")
SPINLAB_CALL(fcn, gradients_by_autograd, "[{(_, _), (_)}; layers], (n, _), (n):int64, _ -> [{(_, _), (_)}; layers]")
SPINLAB_CALL(fcn, make_network, "_, _ -> _")
SPINLAB_CALL(fcn, accuracy, "_, (n, _), (n):int64 -> _")
SPINLAB_CALL(fcn, train, "_, (n, _), (n):int64, {epochs, _, _, _, _} -> (epochs):float64")
SPINLAB_CALL(fcn, gaussian_parameters, "(widths):int64, _, _, _ -> [{(_, _):float64, (_):float64}; widths - 1]")
SPINLAB_CALL(fcn, weight_scale, "_, _, _ -> _")
SPINLAB_CALL(fcn, gauss_hermite, "n -> {(n), (n)}")
SPINLAB_CALL(fcn, variance_map, "_, _, _, _ -> _")
SPINLAB_CALL(fcn, variance_fixed_point, "_, _, _ -> _")
SPINLAB_CALL(fcn, gradient_factor, "_, _, _ -> _")
SPINLAB_CALL(fcn, critical_weight_variance, "_, _ -> _")
SPINLAB_CALL(fcn, fit_classifier, "(n, d), (n):int64, _, _ -> _")
