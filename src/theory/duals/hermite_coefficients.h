#pragma once

#include "src/theory/duals/hermite_series.h"

namespace spinlab::theory {

/// φ at variances q (n), all float64: E φ², E φ'², and coefficients (n, terms).
struct HermiteCoefficients {
  at::Tensor square, derivative_square;  // (n)
  at::Tensor values;
};

/// As many terms as leave less than a hundredth of the tolerance of both squares, and no more than
/// most_terms. Throws as hermite_series says.
HermiteCoefficients hermite_coefficients(const std::function<at::Tensor(const at::Tensor&)>& phi,
                                         const at::Tensor& q, const SeriesOptions& options);

}  // namespace spinlab::theory
