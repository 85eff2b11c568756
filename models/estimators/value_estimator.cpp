#include "models/estimators/value_estimator.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

namespace spinlab::models {

void ValueEstimator::learn(const at::Tensor& X, const at::Tensor& y) {
  const bool classes = !y.is_floating_point(), column = y.dim() == 1;
  learn_values(X, classes ? at::one_hot(y).to(at::kDouble) : y.reshape({y.size(0), -1}));
  classes_ = classes;
  column_ = column;
}

at::Tensor ValueEstimator::answer(const at::Tensor& X) const {
  const auto found = values(X);
  if (classes_) return found.argmax(1);
  return column_ ? found.squeeze(1) : found;
}

std::map<std::string, at::Tensor> ValueEstimator::state() const {
  if (features() == 0) return {};
  auto all = own_state();
  all["kind"] = at::tensor({classes_ ? 1.0 : 0.0, column_ ? 1.0 : 0.0}, at::kDouble);
  return all;
}

void ValueEstimator::load_state(const std::map<std::string, at::Tensor>& state) {
  check_state(state, "kind", 1);
  const auto& kind = state.at("kind");
  TORCH_CHECK_VALUE(kind.size(0) == 2, "the checkpoint's kind has ", kind.size(0), " numbers, not 2");
  load_own_state(state);
  classes_ = kind[0].item<double>() != 0;
  column_ = kind[1].item<double>() != 0;
}

at::Tensor LinearValues::values(const at::Tensor& X) const { return at::addmm(intercept_, X, weights_); }

std::map<std::string, at::Tensor> LinearValues::own_state() const {
  return {{"weights", weights_}, {"intercept", intercept_}};
}

void LinearValues::load_own_state(const std::map<std::string, at::Tensor>& state) {
  check_state(state, "weights", 2);
  check_state(state, "intercept", 1);
  TORCH_CHECK_VALUE(state.at("weights").size(1) == state.at("intercept").size(0),
                    "the checkpoint's weights and intercept do not belong together");
  weights_ = state.at("weights");
  intercept_ = state.at("intercept");
}

}  // namespace spinlab::models
