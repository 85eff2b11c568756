#pragma once

#include "kernels.h"
#include "src/judging/student_call.h"

SPINLAB_CALL(kernels, circle_features, "(n, 2) -> (n, 3)")
SPINLAB_CALL(kernels, polynomial_kernel, "(n, d), (m, d), _, _ -> (n, m)")
SPINLAB_CALL(kernels, squared_distances, "(n, d), (m, d) -> (n, m)")
SPINLAB_CALL(kernels, gaussian_kernel, "(n, d), (m, d), _ -> (n, m)")
SPINLAB_CALL(kernels, monomial_features, "(n, d), _, _ -> (n, _)")
SPINLAB_CALL(kernels, polynomial_errors, "(n), (n), (m), (m), degree -> (degree + 1, 2)")
SPINLAB_CALL(kernels, least_eigenvalue, "(n, n) -> _")
SPINLAB_CALL(kernels, nearest_gram, "(n, n) -> (n, n)")
SPINLAB_CALL(kernels, inner_product, "(n), (n, m), (m) -> _")
SPINLAB_CALL(kernels, rkhs_norm, "(n), (n, n) -> _")
SPINLAB_CALL(kernels, project, "(m, m), (m, n), (n) -> (m)")
SPINLAB_CALL(kernels, fit_kernel_ridge, "(n, n), (n), _ -> (n)")
SPINLAB_CALL(kernels, fit_feature_ridge, "(n, features), (n), _ -> (features)")
SPINLAB_CALL(kernels, centre_gram, "(n, n), (m, n) -> (m, n)")
SPINLAB_CALL(kernels, effective_degrees_of_freedom, "(n, n), _ -> _")
SPINLAB_CALL(kernels, leave_one_out_errors, "(n, n), (n), _ -> (n)")
SPINLAB_CALL(kernels, fourier_frequencies, "dimension, pairs, _, _ -> (pairs, dimension)")
SPINLAB_CALL(kernels, fourier_features, "(n, d), (pairs, d) -> (n, 2 * pairs)")
SPINLAB_CALL(kernels, consecutive_days, "(n):int64 -> (k <= n):int64")
SPINLAB_CALL(kernels, calendar_features, "(n):int64, harmonics -> (n, 2 * harmonics):float64")
SPINLAB_CALL(kernels, forecast_temperatures, "(n):int64, (n), (m):int64, (m) -> (m)")
SPINLAB_CALL(kernels, laplace_frequencies, "dimension, pairs, _, _ -> (pairs, dimension)")
SPINLAB_CALL(kernels, mercer_eigenvalues, "(n, n), (n) -> (n)")
SPINLAB_CALL(kernels, mercer_functions, "(n, n), (n), (m, n), count -> (m, count)")
