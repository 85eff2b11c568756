#include "models/estimators/estimator.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>

namespace spinlab::models {
namespace {

/// One pass that writes nothing: a sum is finite where all terms are, but for sums that overflow.
bool is_finite(const at::Tensor& X) {
  return std::isfinite(X.sum().item<double>()) || at::isfinite(X).all().item<bool>();
}

void require_below(const at::Tensor& y, int64_t classes) {
  const auto largest = y.max().item<int64_t>();
  TORCH_CHECK_VALUE(largest < classes, "a class is ", largest, ", but there are ", classes,
                    " classes, counted from 0");
}

void require_rows(const at::Tensor& X) {
  TORCH_CHECK_VALUE(X.defined() && X.dim() == 2 && X.scalar_type() == at::kDouble,
                    "X must be rows of numbers, (n, d) in float64, got ",
                    X.defined() ? c10::str(X.scalar_type(), ' ', X.sizes()) : "nothing");
  TORCH_CHECK_VALUE(is_finite(X), "X holds a number that is not finite; mend or leave out the row");
}

void require_targets(const at::Tensor& X, const at::Tensor& y, int64_t classes) {
  TORCH_CHECK_VALUE(y.defined() && (y.dim() == 1 || (y.dim() == 2 && y.is_floating_point())) &&
                        (y.scalar_type() == at::kLong || y.scalar_type() == at::kDouble),
                    "y must be classes (n) in int64, or values (n) or (n, k) in float64, got ",
                    y.defined() ? c10::str(y.scalar_type(), ' ', y.sizes()) : "nothing");
  TORCH_CHECK_VALUE(X.size(0) == y.size(0), "X has ", X.size(0), " rows and y ", y.size(0),
                    "; each row needs its target");
  if (!y.is_floating_point()) {
    const auto lowest = y.min().item<int64_t>();
    TORCH_CHECK_VALUE(lowest >= 0, "a class is ", lowest, "; classes are counted from 0");
    require_below(y, classes);
    return;
  }
  TORCH_CHECK_VALUE(y.numel() > 0, "y has no columns");
  TORCH_CHECK_VALUE(is_finite(y), "y holds a number that is not finite; mend or leave out the row");
}

}  // namespace

void Estimator::fit(const at::Tensor& X, const at::Tensor& y) {
  require_rows(X);
  TORCH_CHECK_VALUE(X.numel() > 0, "X is empty (", X.sizes(), "): there is nothing to learn from");
  require_targets(X, y, classes_limit_);
  learn(X, y);
}

void Estimator::require_fitted_rows(const at::Tensor& X) const {
  TORCH_CHECK(features() > 0, "fit comes before predict");
  require_rows(X);
  TORCH_CHECK_VALUE(X.size(1) == features(), "X has ", X.size(1), " columns, but the model was fitted to ",
                    features());
}

at::Tensor Estimator::predict(const at::Tensor& X) const {
  require_fitted_rows(X);
  return answer(X);
}

double score(const Estimator& model, const at::Tensor& X, const at::Tensor& y) {
  const auto predicted = model.predict(X);
  if (!y.is_floating_point()) return predicted.eq(y).to(at::kDouble).mean().item<double>();
  const auto residual = (y - predicted).square().sum();
  const auto total = (y - y.mean(0)).square().sum();
  return 1 - (residual / total).item<double>();
}

void require_classes(const at::Tensor& y, int64_t classes) {
  TORCH_CHECK_VALUE(!y.is_floating_point(),
                    "y holds values, and the model needs classes; choose ridge for values");
  require_below(y, classes);
}

void check_state(const std::map<std::string, at::Tensor>& state, const std::string& name,
                 int64_t dimensions) {
  const auto found = state.find(name);
  TORCH_CHECK_VALUE(
      found != state.end() && found->second.dim() == dimensions && found->second.scalar_type() == at::kDouble,
      "the checkpoint holds no ", name, " of ", dimensions, " dimensions in float64: it is another model's");
  TORCH_CHECK_VALUE(is_finite(found->second), "the checkpoint's ", name,
                    " holds a number that is not finite");
}

}  // namespace spinlab::models
