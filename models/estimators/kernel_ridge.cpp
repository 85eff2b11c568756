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
  intercept_ = Y.mean(0);
  weights_ = solve_positive_definite(K, Y - intercept_, "the Gram matrix with its penalty");
  rows_ = X.contiguous();
  kernel_ = std::move(kernel);
  // END SOLUTION
}

at::Tensor KernelRidge::squared_norms() const {
  return (weights_ * expansion(*kernel_, rows_, rows_, weights_)).sum(0);
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
