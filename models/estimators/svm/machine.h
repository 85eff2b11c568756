#pragma once

#include <cstdint>
#include <vector>

#include "models/solvers/svm/dual_problem.h"

namespace spinlab::models {

/// f(x) = Σ_i weights_i k(x_i, x) + bias over the n training points, of which most weights are 0.
struct Machine {
  std::vector<double> weights;
  double bias = 0;
  /// f at the training points.
  std::vector<double> values;
  /// Of the dual, as LIBSVM states it: negative.
  double objective = 0;
  /// The primal objective above the dual's, ≥ 0 but for rounding: by no more is either wrong.
  double gap = 0;
  /// Of the most violating pair; above the tolerance where the limit of pairs ended the search.
  double violation = 0;
  /// The kernel matrix has a negative eigenvalue: what was found need not be the least.
  bool is_indefinite = false;
  int64_t pairs = 0, support = 0, bounded = 0;
};

/// C-classification of labels y = ±1 (n): minimises ½ ‖f‖² + Σ_i C_i max(0, 1 - y_i f(x_i)) [Cortes and
/// Vapnik, Machine Learning 20 (1995) 273]. C_i = ∞ is the hard margin; with C_i = 0 a point takes no part,
/// and f there is what a machine of the others says. Throws c10::ValueError where labels are not ±1 or those
/// that take part all alike, C_i is negative, or, with ∞, no margin was found.
Machine classify(const KernelMatrix& kernel, const std::vector<double>& y, const std::vector<double>& C,
                 const DualOptions& options);

/// ν-classification, of margin errors at most a share ν and of support vectors at least [Schölkopf, Smola,
/// Williamson and Bartlett, Neural Computation 12 (2000) 1207], scaled so that the margin is at f = ±1.
/// shares: what each point counts, 1 or, where it takes no part, 0. Throws c10::ValueError where ν is above
/// largest_nu, or the margin not above the tolerance.
Machine classify_nu(const KernelMatrix& kernel, const std::vector<double>& y,
                    const std::vector<double>& shares, double nu, const DualOptions& options);

/// Twice the share of the class y = ±1 of fewer points, as they count: ν is at most that.
double largest_nu(const std::vector<double>& y, const std::vector<double>& shares);

/// Regression on z (n): minimises ½ ‖f‖² + C Σ_i max(0, |z_i - f(x_i)| - ε) [Vapnik 1998; Chang and Lin, ACM
/// TIST 2 (2011), eq. 8].
Machine regress(const KernelMatrix& kernel, const std::vector<double>& z, double C, double epsilon,
                const DualOptions& options);

/// What whoever fits several machines is to be told of them together: which searches were ended by their
/// limit, and that the kernel is not positive.
class MachineReport {
 public:
  explicit MachineReport(const DualOptions& options) : options_(options) {}
  void add(const Machine& machine);
  void warn() const;

 private:
  DualOptions options_;
  int64_t machines_ = 0, ended_ = 0, indefinite_ = 0, pairs_ = 0;
  double objective_ = 0, gap_ = 0;
};

}  // namespace spinlab::models
