#pragma once

#include <functional>
#include <vector>

#include "src/theory/duals/dual_activation.h"

namespace spinlab::theory {

struct SeriesOptions {
  double tolerance = 1e-10;          // of a mean, relative to sqrt(E φ(u)² E φ(v)²), of φ' likewise
  std::vector<double> breaks = {0};  // u at which φ or a derivative of it jumps
  int64_t most_terms = 1024;
};

/// The means of any φ that autograd can differentiate, elementwise on float64 tensors:
///   E[φ(u) φ(v)] = Σ_j cʲ φ_j(q) φ_j(r),  φ_j(q) = E[φ(√q z) h_j(z)],  c = k / √(q r),
/// z standard normal, h_j the normalised Hermite polynomials [Mehler 1866; Daniely et al. 2016, sec. 3]. The
/// coefficients are Gaussian quadratures over panels between `breaks`, refined until they change by less than
/// a hundredth of the tolerance; there are as many as leave no more than that to the rest, whose size
/// Parseval's identity gives, and which is exact for u = v. Throws c10::ValueError, with the error that it
/// estimates, where quadrature or series do not reach the tolerance (a kink at |c| near 1: kinked ones have
/// closed forms), and where E φ² has no value that ±20 standard deviations show. A variance below 1e-12
/// counts as that.
DualPtr hermite_series(std::function<at::Tensor(const at::Tensor&)> phi, SeriesOptions options = {});

}  // namespace spinlab::theory
