#include "models/estimators/estimator.h"

#include <ATen/ATen.h>

namespace spinlab::models {

double score(const Estimator& model, const at::Tensor& X, const at::Tensor& y) {
  const auto predicted = model.predict(X);
  if (!y.is_floating_point()) return predicted.eq(y).to(at::kDouble).mean().item<double>();
  const auto residual = (y - predicted).square().sum();
  const auto total = (y - y.mean(0)).square().sum();
  return 1 - (residual / total).item<double>();
}

void check_state(const std::map<std::string, at::Tensor>& state, const std::string& name,
                 int64_t dimensions) {
  const auto found = state.find(name);
  TORCH_CHECK_VALUE(
      found != state.end() && found->second.dim() == dimensions && found->second.scalar_type() == at::kDouble,
      "the checkpoint holds no ", name, " of ", dimensions, " dimensions in float64: it is another model's");
}

}  // namespace spinlab::models
