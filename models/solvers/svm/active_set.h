#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/solvers/svm/dual_problem.h"
#include "models/solvers/svm/row_cache.h"

namespace spinlab::models {

/// f(x) = Σ_s y_s α_s k(x_s, x) at all points while the coefficients change, and at how many of them it is
/// kept up to date: those of coefficients that have been left out are brought up in the end.
class ActiveSet {
 public:
  ActiveSet(const DualProblem& problem, const KernelMatrix& kernel, int64_t cache_bytes);

  /// Coefficients that take part, in increasing order.
  const std::vector<int64_t>& coefficients() const { return coefficients_; }
  bool is_everything() const { return coefficients_.size() == problem_.size(); }

  const std::vector<double>& alpha() const { return alpha_; }
  /// Of an active coefficient's point, or of any where all are active.
  double value(int64_t point) const { return values_[static_cast<size_t>(point)]; }
  /// -y_s ∂objective/∂α_s of an active coefficient.
  double gain(int64_t s) const {
    const auto i = static_cast<size_t>(s);
    return -value(problem_.point[i]) - problem_.sign[i] * problem_.linear[i];
  }
  const std::vector<double>& values() const { return values_; }
  /// αᵀQα where none but active coefficients are above 0.
  double square() const;
  /// Of the kernel's diagonal.
  double largest() const { return largest_; }

  /// Rows that can be held at a time.
  int64_t row_capacity() const { return cache_.capacity(); }
  int64_t rows_computed() const { return rows_computed_; }

  /// k(x_s, x_t) of active coefficients, (q, q).
  std::vector<double> kernel_of(std::span<const int64_t> some);
  /// Their new values.
  void set(std::span<const int64_t> some, std::span<const double> alpha);

  /// Goes on with these, of the active ones, alone.
  void leave_only(std::vector<int64_t> coefficients);
  /// With all of them, and values that are up to date.
  void take_all();

  /// By how much a value may be wrong, about, and the sum Σ y α f of all: the kernel's rows are in float32,
  /// and so are the values as far as they changed since they were made exact.
  double value_error() const;
  double sum_error() const;
  /// Of all coefficients, whose values are then those of the kernel in float64.
  void make_exact();

 private:
  /// Points that were left out together, and Σ y α of all points then.
  struct LeftOut {
    std::vector<int64_t> points;
    std::vector<double> weights;
  };

  std::vector<float*> rows_of(std::span<const int64_t> points);
  void take_points();
  void add(std::span<float* const> rows, std::span<const double> by, std::span<const int64_t> column_points);
  void add_computed(std::span<const int64_t> points, std::span<const double> by,
                    std::span<const int64_t> column_points);

  const DualProblem& problem_;
  const KernelMatrix& kernel_;
  int64_t cache_bytes_;
  at::Tensor diagonal_;
  double largest_;  // of it
  std::vector<double> alpha_, weights_, values_;
  std::vector<double> exact_weights_;  // when the values were exact
  std::vector<int64_t> coefficients_, points_;
  std::vector<int64_t> column_of_;  // of an active point
  std::vector<LeftOut> left_out_;
  std::unique_ptr<KernelColumns> columns_;
  RowCache cache_;
  int64_t rows_computed_ = 0;
};

}  // namespace spinlab::models
