#include "models/estimators/kernel_expansion.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "models/kernels/fitted_kernel.h"

namespace spinlab::models {

at::Tensor KernelExpansion::values(const at::Tensor& X) const {
  if (rows_.size(0) == 0) return intercept_.repeat({X.size(0), 1});
  return expansion(*kernel_, X, rows_, weights_).add_(intercept_);
}

std::map<std::string, at::Tensor> KernelExpansion::own_state() const {
  return {
      {"rows", rows_}, {"weights", weights_}, {"intercept", intercept_}, {"kernel", kernel_->parameters()}};
}

void KernelExpansion::load_own_state(const std::map<std::string, at::Tensor>& state) {
  check_state(state, "rows", 2);
  check_state(state, "weights", 2);
  check_state(state, "intercept", 1);
  TORCH_CHECK_VALUE(state.at("rows").size(0) == state.at("weights").size(0) &&
                        state.at("weights").size(1) == state.at("intercept").size(0),
                    "the checkpoint's rows, weights and intercept do not belong together");
  kernel_ = kernel_of_state(make_kernel_(state.at("rows").narrow(0, 0, 0)), state);
  rows_ = state.at("rows");
  weights_ = state.at("weights");
  intercept_ = state.at("intercept");
}

}  // namespace spinlab::models
