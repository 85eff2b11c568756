#pragma once

#include <vector>

#include "src/theory/duals/dual_activation.h"

namespace spinlab::theory {

/// A deep network of one nonlinearity, all of whose layers have weights of variance σ_w²/N and biases of
/// variance σ_b² [Poole et al., NIPS 2016; Schoenholz et al., ICLR 2017]. All in float64.
struct MeanField {
  DualPtr phi;
  double weight_variance = 1;  // σ_w²
  double bias_variance = 0;    // σ_b²

  /// q ↦ σ_w² E φ(u)² + σ_b², u of variance q.
  double variance_map(double q) const;
  /// c ↦ (σ_w² E φ(u) φ(v) + σ_b²) / q*, u and v of variance q* and correlation c.
  double correlation_map(double c, double q) const;
  /// χ = σ_w² E φ'(u) φ'(v), the slope of the correlation map where q is fixed.
  double slope(double c, double q) const;
  /// dq'/dq of the variance map.
  double variance_slope(double q) const;
};

/// Where the maps end, and how fast. What does not exist is not a number.
struct FixedPoint {
  double variance;           // q*, stable
  double slope_at_one;       // χ₁: below 1 ordered, above chaotic
  double correlation;        // c*, stable
  double variance_depth;     // ξ_q: |q - q*| falls as e^(-l/ξ_q)
  double correlation_depth;  // ξ_c: |c - c*| falls as e^(-l/ξ_c), infinite at the edge of chaos
};

/// Throws c10::ValueError where variances are negative or not finite, or the variance grows without bound.
FixedPoint fixed_point(const MeanField& network);

/// The variance and the correlation of two inputs layer by layer: (layers + 1) each, the inputs' own first.
/// `q` and `c`: of both inputs.
struct Trajectory {
  std::vector<double> variance, correlation;
};
Trajectory trajectory(const MeanField& network, double q, double c, int64_t layers);

/// σ_w² with χ₁ = 1 at a given σ_b², to 1e-10. Throws c10::ValueError where there is none below 100.
double edge_of_chaos(const DualPtr& phi, double bias_variance);

/// The phase diagram as data: fixed points at all pairs of the two variances, row by row of the first.
std::vector<FixedPoint> phase_diagram(const DualPtr& phi, const std::vector<double>& weight_variances,
                                      const std::vector<double>& bias_variances);

}  // namespace spinlab::theory
