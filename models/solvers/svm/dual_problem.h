#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/solvers/svm/kernel_matrix.h"

namespace spinlab::models {

/// The dual of a support vector machine: over coefficients α_s, each of a point x_s and a sign y_s = ±1,
///   minimise ½ Σ_st y_s y_t α_s α_t k(x_s, x_t) + Σ_s p_s α_s
///   with 0 ≤ α_s ≤ C_s, and Σ_s y_s α_s as it is at the start
/// [Chang and Lin, ACM TIST 2 (2011), eq. 11]. Classification has a coefficient for each point, regression
/// two of unlike signs.
struct DualProblem {
  std::vector<int64_t> point;
  std::vector<double> sign, linear, bound;
  /// Where the search starts, within the bounds.
  std::vector<double> start;
  /// Each sign's Σ α is kept on its own, as ν-classification asks for [ibid., sec. 4.2.2]: pairs are of one
  /// sign.
  bool keeps_each_sign = false;

  size_t size() const { return point.size(); }
};

struct DualOptions {
  /// Ends where the most violating pair misses its optimality condition by at most this [ibid., eq. 6].
  double tolerance = 1e-3;
  /// Of kernel rows that are kept, at least two.
  int64_t cache_bytes = int64_t{200} << 20;
  bool shrinking = true;
  /// Of pairs; where it is not given LIBSVM's, ten million or a hundred for each coefficient.
  std::optional<int64_t> max_iterations = std::nullopt;
};

struct DualSolution {
  std::vector<double> alpha;
  /// f(x) = Σ_s y_s α_s k(x_s, x) at all points.
  std::vector<double> values;
  double objective = 0;
  /// By how much the most violating pair misses its condition, of all coefficients.
  double violation = 0;
  /// The kernel matrix has a negative eigenvalue: what was found need not be the least.
  bool is_indefinite = false;
  /// Where bounds are ∞: the objective was seen to fall for ever, or as good as that. The search ends there.
  bool is_bottomless = false;
  int64_t iterations = 0, working_sets = 0, kernel_rows = 0;
};

/// λ such that -y_s ∂objective/∂α_s = λ at all coefficients within their bounds: the multiplier of the
/// constraint, of the coefficients of one sign or, with 0, of all. The mean over those, or where there are
/// none the middle of what the others allow [Chang and Lin 2011, eq. 19].
double multiplier(const DualProblem& problem, const DualSolution& solution, double sign);

/// By decomposition: of each working set the kernel rows are computed together and its own problem is solved
/// by pairs [Wen et al., JMLR 19 (2018) 1, ThunderSVM], chosen by second-order information [Fan, Chen and
/// Lin, JMLR 6 (2005) 1889]. Coefficients that stay at a bound are left out for a while; in the end all are
/// looked at. The same numbers whatever the number of threads. Throws c10::ValueError where the cache holds
/// fewer than two rows, an option is not above 0, or the kernel's diagonal is not finite or beyond float32.
DualSolution minimise(const DualProblem& problem, const KernelMatrix& kernel, const DualOptions& options);

}  // namespace spinlab::models
