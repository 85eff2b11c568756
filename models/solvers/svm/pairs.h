#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace spinlab::models {

/// A dual problem of few coefficients with its whole kernel matrix, as far as solving it goes. All float64.
struct SmallDual {
  std::vector<double> kernel;       // (q, q)
  std::vector<double> sign, bound;  // (q)
  std::vector<double> alpha;        // (q), changed
  /// -y_s ∂objective/∂α_s (q), changed: a coefficient y α gains by rising where it is large.
  std::vector<double> gain;
  bool keeps_each_sign = false;
  /// Set where a pair was met along which the kernel is negative beyond its rounding.
  bool is_indefinite = false;

  size_t size() const { return sign.size(); }
};

/// Minimises by pairs until the most violating one misses its condition by at most `tolerance`: of each pair
/// the one of the largest gain among those that can rise, and the other by which the objective falls most
/// [Fan, Chen and Lin, JMLR 6 (2005) 1889, WSS 2]. Returns the number of pairs, at most `most`.
int64_t solve_by_pairs(SmallDual& dual, double tolerance, int64_t most);

/// y α can rise, or fall.
inline bool can_rise(double sign, double alpha, double bound) { return sign > 0 ? alpha < bound : alpha > 0; }
inline bool can_fall(double sign, double alpha, double bound) { return sign > 0 ? alpha > 0 : alpha < bound; }

}  // namespace spinlab::models
