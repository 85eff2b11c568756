#pragma once

#include "src/judging/student_call.h"
#include "svm.h"

SPINLAB_CALL(svm, geometric_margins, "(n, d), (n), (d), _ -> (n)")
SPINLAB_CALL(svm, primal_objective, "(n, d), (n), (d), _, _ -> _")
SPINLAB_CALL(svm, primal_subgradient, "(n, d), (n), (d), _, _ -> (d + 1)")
SPINLAB_CALL(svm, pegasos, "(n, d), (n), _, (steps):int64 -> (d)")
SPINLAB_CALL(svm, barrier_centre, "(n, d), (n), (d + 1), _ -> (d + 1)")
SPINLAB_CALL(svm, hard_margin, "(n, d), (n), (d + 1), _ -> (d + 1)")
SPINLAB_CALL(svm, dual_objective, "(n, n), (n), (n), (n) -> _")
SPINLAB_CALL(svm, dual_gradient, "(n, n), (n), (n), (n) -> (n)")
SPINLAB_CALL(svm, pair_step, "(n, n), (n), (n), (n), _, _, _ -> (n)")
SPINLAB_CALL(svm, violating_pair, "(n), (n), (n), _ -> {_, _, _}")
SPINLAB_CALL(svm, smo_pairs, "(n, n), (n), (n), _, (steps, 2):int64 -> {(n), (steps + 1)}")
SPINLAB_CALL(svm, smo, "(n, n), (n), (n), _, _ -> {(n), _}")
SPINLAB_CALL(svm, bias, "(n), (n), (n), _ -> _")
SPINLAB_CALL(svm, decision_values, "_, (n, d), (n), _, (m, d) -> (m)")
SPINLAB_CALL(svm, duality_gap, "(n, n), (n), (n), _, _ -> _")
SPINLAB_CALL(svm, one_against_one, "(n, n), (n):int64, classes, _, _, (m, n) -> (m, classes):int64")
SPINLAB_CALL(svm, one_against_rest, "(n, n), (n):int64, classes, _, _, (m, n) -> (m, classes)")
SPINLAB_CALL(svm, winners, "(m, k):any -> (m):int64")
SPINLAB_CALL(svm, fit_regression, "(n, n), (n), _, _, _ -> {(n), _}")
SPINLAB_CALL(svm, scale_to_training, "(n, d), (m, d) -> (m, d)")
SPINLAB_CALL(svm, classify, "(n, d), (n):int64, (m, d), _, _ -> (m):int64")
SPINLAB_CALL(svm, second_order_pair, "(n, n), (n), (n), (n), _ -> {_, _, _}")
SPINLAB_CALL(svm, smo_second_order, "(n, n), (n), (n), _, _ -> {(n), _}")
SPINLAB_CALL(svm, leave_one_out_values, "(n, n), (n), _, _ -> (n)")
