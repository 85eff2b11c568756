#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <vector>

namespace spinlab::physics {

/// dx/dt at time t, written to `slope`; both of the system's dimension.
using Slope = std::function<void(double t, const double* x, double* slope)>;

struct Tolerances {
  double relative = 1e-6;
  double absolute = 1e-9;
  /// Throws after so many steps, taken or tried.
  int64_t most_steps = 10'000'000;
};

/// A solution that can be asked for at any time between its ends.
class DenseSolution {
 public:
  /// times: float64 (m), between the ends, in any order. Returns (m, d), of order 4 between the steps. Throws
  /// c10::ValueError for a time outside.
  at::Tensor at(const at::Tensor& times) const;

  /// The ends of all steps, those of the whole first and last, and the states there, (d) each.
  const std::vector<double>& times() const { return times_; }
  at::Tensor end() const;
  /// How often the slope was asked for.
  int64_t evaluations() const { return evaluations_; }

 private:
  friend class DormandPrince;
  int64_t dimension_ = 0, evaluations_ = 0;
  std::vector<double> times_;
  /// Of each step five vectors: x = r1 + θ (r2 + (1 - θ) (r3 + θ (r4 + (1 - θ) r5))), θ its part gone by.
  std::vector<double> polynomials_;
};

/// dx/dt = slope(t, x) from x (d) at `first` to `last`, earlier or later, by the pair of order 5 and 4 of
/// Dormand and Prince with steps whose error estimate is at most `absolute` + `relative` |x| in root mean
/// square [Hairer, Nørsett and Wanner, Solving Ordinary Differential Equations I, table II.5.2, section II.4
/// for the steps, eq. II.6.12 for what lies between]. Throws c10::ValueError where a step would be too short
/// to be told from 0, with the time, and for tolerances that cannot be.
DenseSolution dormand_prince(const Slope& slope, const at::Tensor& x, double first, double last,
                             const Tolerances& tolerances = {});

}  // namespace spinlab::physics
