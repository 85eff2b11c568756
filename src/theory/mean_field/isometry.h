#pragma once

#include <cstdint>

#include "src/theory/mean_field/mean_field.h"

namespace spinlab::theory {

/// A square W/σ_w: of independent Gaussian numbers of variance 1/N, or orthogonal.
enum class WeightEnsemble { kGaussian, kOrthogonal };

/// μ_k = E φ'(u)^2k, u of variance q; k ≥ 1. Throws c10::ValueError where autograd does not know φ' (a step),
/// and as gaussian_mean() does.
double slope_moment(const DualActivation& phi, double q, int k);

/// Of the squared singular values of a Jacobian.
struct JacobianSpectrum {
  double mean, variance;
};

/// Of J = Π_l D_l W_l, square, infinitely wide, `depth` layers deep, D_l = diag φ'(u), every u of variance q:
/// the mean is χ^L, χ = σ_w² μ₁, and the variance over the mean's square L (μ₂/μ₁² - 1 - s₁), where s₁ is -1
/// for Gaussian weights and 0 for orthogonal ones: of factors that are free, relative variances add
/// [Pennington, Schoenholz and Ganguli, NIPS 2017 and AISTATS 2018]. A network is dynamically
/// isometric where the variance stays small at depth. Throws c10::ValueError where q is negative or not
/// finite, or depth below 0, and as slope_moment() does.
JacobianSpectrum jacobian_spectrum(const MeanField& network, double q, int64_t depth, WeightEnsemble weights);

}  // namespace spinlab::theory
