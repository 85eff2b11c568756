#pragma once

#include <ATen/core/Tensor.h>

#include "src/physics/dynamics/lyapunov.h"
#include "src/physics/dynamics/trajectories.h"

namespace spinlab::physics {

/// ∂u/∂t = -u ∂u/∂x - ∂²u/∂x² - ∂⁴u/∂x⁴ with period `length`, on `points` points at x = i · length/points.
/// [Kuramoto and Tsuzuki, Prog. Theor. Phys. 55, 356 (1976); Sivashinsky, Acta Astronautica 4, 1177 (1977)]
struct KuramotoSivashinsky {
  double length = 22;
  int64_t points = 64;  // even
};

/// Its steps by exponential time differencing of order 4: the linear part exactly, the other by Runge–Kutta,
/// with coefficients as contour integrals, which near 0 lose no digits [Cox and Matthews, J. Comput. Phys.
/// 176, 430 (2002); Kassam and Trefethen, SIAM J. Sci. Comput. 26, 1214 (2005)].
class KuramotoSivashinskySteps {
 public:
  /// Throws c10::ValueError for a length that is not above 0, an odd number of points or fewer than 4, and a
  /// step that is not above 0: back in time the equation has no solutions.
  KuramotoSivashinskySteps(const KuramotoSivashinsky& equation, double step);

  /// u: float64 (n, points). A step later.
  at::Tensor advanced(const at::Tensor& u) const;
  /// u (points) and tangent vectors (points, k) along it, a step later.
  void advance(at::Tensor& u, at::Tensor& vectors) const;

 private:
  at::Tensor nonlinear(const at::Tensor& spectrum) const;
  template <typename Nonlinear>
  at::Tensor step(const at::Tensor& spectrum, const Nonlinear& N) const;

  int64_t points_;
  /// By wave number, (points/2 + 1).
  at::Tensor derivative_, whole_, half_, half_weight_, first_, middle_, last_;
};

/// Solutions, float64 (n, steps/every + 1, points), starts (n, points) first. Throws as above, and where one
/// is no longer finite.
at::Tensor integrate(const KuramotoSivashinsky& equation, const at::Tensor& starts, const FixedSteps& steps);

}  // namespace spinlab::physics
