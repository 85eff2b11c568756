#include "models/estimators/kernel_ridge.h"

#include <ATen/ATen.h>

#include "models/kernels/fitted_kernel.h"
#include "models/registry.h"
#include "models/solvers/positive_definite.h"

namespace spinlab::models {

void KernelRidge::learn_values(const at::Tensor& X, const at::Tensor& Y) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "kernel_ridge, penalty ", penalty_, ": left out, 03-kernels asks for it");
  require_memory_for_gram(X.size(0));
  auto kernel = make_kernel_(X);
  auto K = gram(*kernel, X);
  K.diagonal().add_(penalty_ * static_cast<double>(X.size(0)));
  mean_ = Y.mean(0);
  alpha_ = solve_positive_definite(K, Y - mean_, "the Gram matrix with its penalty");
  rows_ = X.contiguous();
  kernel_ = std::move(kernel);
  // END SOLUTION
}

at::Tensor KernelRidge::values(const at::Tensor& X) const {
  return expansion(*kernel_, X, rows_, alpha_).add_(mean_);
}

at::Tensor KernelRidge::squared_norms() const {
  return (alpha_ * expansion(*kernel_, rows_, rows_, alpha_)).sum(0);
}

std::map<std::string, at::Tensor> KernelRidge::own_state() const {
  return {{"rows", rows_}, {"alpha", alpha_}, {"mean", mean_}, {"kernel", kernel_->parameters()}};
}

void KernelRidge::load_own_state(const std::map<std::string, at::Tensor>& state) {
  check_state(state, "rows", 2);
  check_state(state, "alpha", 2);
  check_state(state, "mean", 1);
  TORCH_CHECK_VALUE(state.at("rows").size(0) == state.at("alpha").size(0) &&
                        state.at("alpha").size(1) == state.at("mean").size(0),
                    "the checkpoint's rows, coefficients and means do not belong together");
  kernel_ = kernel_of_state(make_kernel_(state.at("rows").narrow(0, 0, 0)), state);
  rows_ = state.at("rows");
  alpha_ = state.at("alpha");
  mean_ = state.at("mean");
}

namespace {

std::unique_ptr<Estimator> make(const Config& config, const Problem&) {
  return std::make_unique<KernelRidge>(kernel_option(config), config.number("penalty", 0, 1e12));
}

const Registered<ModelEntry> kRegistered{
    {.name = "kernel_ridge",
     .summary =
         "ridge regression in the functions of a kernel: gaussian, laplace, polynomial, linear, or your own",
     .defaults = {{"kernel", {{"name", "gaussian"}, {"width", nullptr}}}, {"penalty", 1e-3}},
     .estimator = make}};

}  // namespace
}  // namespace spinlab::models
