#pragma once

#include "classification.h"
#include "src/judging/student_call.h"

SPINLAB_CALL(classification, confusion_matrix, "(n):int64, (n):int64, classes -> (classes, classes):int64")
SPINLAB_CALL(classification, probability, "(...) -> (...)")
SPINLAB_CALL(classification, logistic_loss, "(...) -> (...)")
SPINLAB_CALL(classification, gaussian_log_odds, "(d), (d), (d, d), _ -> (d + 1)")
SPINLAB_CALL(classification, bayes_error, "(d), (d), (d, d), _ -> _")
SPINLAB_CALL(classification, perceptron, "(n, d), (n):int64, _ -> {(d + 1), _, _}")
SPINLAB_CALL(classification, logistic_objective, "(n, d), (n):int64, (d + 1), _ -> _")
SPINLAB_CALL(classification, logistic_gradient, "(n, d), (n):int64, (d + 1), _ -> (d + 1)")
SPINLAB_CALL(classification, newton_step, "(n, d), (n):int64, (d + 1), _ -> (d + 1)")
SPINLAB_CALL(classification, fit_logistic, "(n, d), (n):int64, _, _ -> (d + 1)")
SPINLAB_CALL(classification, log_softmax, "(n, k) -> (n, k)")
SPINLAB_CALL(classification, softmax_gradient, "(n, d), (n):int64, (k, d + 1), _ -> (k, d + 1)")
SPINLAB_CALL(classification, softmax_curvature, "(n, d), _ -> _")
SPINLAB_CALL(classification, fit_softmax, "(n, d), (n):int64, classes, _, _ -> (classes, d + 1)")
SPINLAB_CALL(classification, nearest_neighbours, "(n, d), (n):int64, (m, d), _ -> (m):int64")
SPINLAB_CALL(classification, calibration, "(n), (n):int64, bins -> {(bins):int64, (bins), (bins), _}")
SPINLAB_CALL(classification, roc, "(n), (n):int64 -> {(t <= n + 1), (t), _}")
SPINLAB_CALL(classification, ising_features, "(n, rows, columns):int8 -> (n, 2):float64")
SPINLAB_CALL(classification, softmax_newton_step, "(n, d), (n):int64, (k, d + 1), _ -> (k, d + 1)")
