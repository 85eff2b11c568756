#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

namespace spinlab::models {

/// A model that is fitted in one call instead of being trained step by step. What comes from outside is
/// checked here, once for all: an estimator's own code sees finite numbers of matching sizes.
class Estimator {
 public:
  virtual ~Estimator() = default;

  /// X: (n, d) float64. y: int64 classes (n) from 0, or float64 (n) or (n, k) for regression. Throws
  /// c10::ValueError where they are empty, not finite, of another type, or do not match.
  void fit(const at::Tensor& X, const at::Tensor& y);

  /// X: (m, d) float64, m may be 0. Returns classes (m), or values of y's trailing shape. Throws c10::Error
  /// before fit, c10::ValueError for another width or numbers that are not finite.
  at::Tensor predict(const at::Tensor& X) const;

  /// d of the training rows; 0 before fit.
  virtual int64_t features() const = 0;

  /// Classes are then 0 … classes - 1 instead of below 65,536: what is larger is refused.
  void limit_classes(int64_t classes) { classes_limit_ = classes; }

  /// What a checkpoint holds, by name; nothing before fit. load_state takes the same back, and throws
  /// c10::ValueError where a name or a shape does not fit.
  virtual std::map<std::string, at::Tensor> state() const = 0;
  virtual void load_state(const std::map<std::string, at::Tensor>& state) = 0;

 protected:
  virtual void learn(const at::Tensor& X, const at::Tensor& y) = 0;
  virtual at::Tensor answer(const at::Tensor& X) const = 0;
  /// Throws where predict does of such an X, for what else is asked of a fitted model.
  void require_fitted_rows(const at::Tensor& X) const;

 private:
  int64_t classes_limit_ = 1 << 16;
};

/// The share of right classes for int64 y; R² = 1 - Σ(y - ŷ)²/Σ(y - ȳ)² over all columns for float64 y.
double score(const Estimator& model, const at::Tensor& X, const at::Tensor& y);

/// For a model of classes. Throws c10::ValueError where y holds values, or a class that is not below
/// `classes`.
void require_classes(const at::Tensor& y, int64_t classes);

/// Throws c10::ValueError where `state` lacks `name`, or has it with other than so many dimensions or not in
/// float64.
void check_state(const std::map<std::string, at::Tensor>& state, const std::string& name, int64_t dimensions);

}  // namespace spinlab::models
