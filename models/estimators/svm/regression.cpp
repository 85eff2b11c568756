#include "models/estimators/svm/regression.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "models/kernels/fitted_kernel.h"
#include "models/kernels/matrices/matrices.h"

namespace spinlab::models {

void SvmRegression::learn_values(const at::Tensor& X, const at::Tensor& Y) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "svr, C ", C_, ", epsilon ", epsilon_, ": left out, 04-svm asks for it");
  auto kernel = make_kernel_(X);
  const auto matrix = kernel_matrix(kernel, X);
  std::vector<at::Tensor> weights;
  std::vector<double> biases;
  for (int64_t k = 0; k < Y.size(1); ++k) {
    const auto column = Y.select(1, k).contiguous();
    const auto* z = column.const_data_ptr<double>();
    const auto found = regress(*matrix, {z, z + column.numel()}, C_, epsilon_, options_);
    warn_of(found, options_);
    weights.push_back(at::tensor(found.weights, at::kDouble));
    biases.push_back(found.bias);
  }
  const auto all = at::stack(weights, 1);
  const auto support = all.ne(0).any(1).nonzero().flatten();
  rows_ = kernel->centres(X, support);
  weights_ = all.index_select(0, support);
  biases_ = at::tensor(biases, at::kDouble);
  kernel_ = std::move(kernel);
  // END SOLUTION
}

at::Tensor SvmRegression::values(const at::Tensor& X) const {
  if (rows_.size(0) == 0) return biases_.repeat({X.size(0), 1});  // all within the tube of a constant
  return expansion(*kernel_, X, rows_, weights_).add_(biases_);
}

std::map<std::string, at::Tensor> SvmRegression::own_state() const {
  return {{"rows", rows_}, {"weights", weights_}, {"biases", biases_}, {"kernel", kernel_->parameters()}};
}

void SvmRegression::load_own_state(const std::map<std::string, at::Tensor>& state) {
  check_state(state, "rows", 2);
  check_state(state, "weights", 2);
  check_state(state, "biases", 1);
  TORCH_CHECK_VALUE(state.at("rows").size(0) == state.at("weights").size(0) &&
                        state.at("weights").size(1) == state.at("biases").size(0),
                    "the checkpoint's rows, weights and biases do not belong together");
  kernel_ = kernel_of_state(make_kernel_(state.at("rows").narrow(0, 0, 0)), state);
  rows_ = state.at("rows");
  weights_ = state.at("weights");
  biases_ = state.at("biases");
}

}  // namespace spinlab::models
