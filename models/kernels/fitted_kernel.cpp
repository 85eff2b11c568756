#include "models/kernels/fitted_kernel.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "models/estimators/estimator.h"
#include "src/core/require_memory.h"

namespace spinlab::models {

MakeKernel kernel_option(const Config& estimator) {
  const auto options = estimator.at("kernel");
  const auto where = estimator.where() + ": kernel";
  make_kernel(options, {}, where);
  return [options, where](const at::Tensor& rows) { return make_kernel(options, rows, where); };
}

KernelPtr kernel_of_state(const KernelPtr& kernel, const std::map<std::string, at::Tensor>& state) {
  check_state(state, "kernel", 1);
  const auto& parameters = state.at("kernel");
  TORCH_CHECK_VALUE(parameters.size(0) == kernel->parameters().size(0), "the checkpoint's kernel has ",
                    parameters.size(0), " parameters, and this one ", kernel->parameters().size(0));
  return kernel->with_parameters(parameters);
}

void require_memory_for_gram(int64_t n) {
  require_memory(12.0 * static_cast<double>(n) * static_cast<double>(n),
                 c10::str("a Gram matrix of ", n, " rows and its factor"),
                 "take fewer rows (data.max_train) or random_fourier");
}

}  // namespace spinlab::models
