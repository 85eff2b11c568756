#include "models/estimators/linear_classifier.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

namespace spinlab::models {

at::Tensor LinearClassifier::scores(const at::Tensor& X) const {
  TORCH_CHECK(weights_.defined(), "fit comes before predict");
  return at::addmm(intercept_, X, weights_);
}

at::Tensor LinearClassifier::answer(const at::Tensor& X) const { return scores(X).argmax(1); }

std::map<std::string, at::Tensor> LinearClassifier::state() const {
  if (features() == 0) return {};
  return {{"weights", weights_}, {"intercept", intercept_}};
}

void LinearClassifier::load_state(const std::map<std::string, at::Tensor>& state) {
  check_state(state, "weights", 2);
  check_state(state, "intercept", 1);
  TORCH_CHECK_VALUE(state.at("weights").size(1) == classes_ && state.at("intercept").size(0) == classes_,
                    "the checkpoint's weights are not for ", classes_, " classes");
  weights_ = state.at("weights");
  intercept_ = state.at("intercept");
}

}  // namespace spinlab::models
