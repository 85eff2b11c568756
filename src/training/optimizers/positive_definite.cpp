#include "src/training/optimizers/positive_definite.h"

#include <ATen/ops/linalg_cholesky_ex.h>
#include <c10/util/Exception.h>

namespace spinlab::training {

at::Tensor damped_cholesky(const at::Tensor& matrix, const std::string& what) {
  const auto [factor, info] = at::linalg_cholesky_ex(matrix);
  TORCH_CHECK_VALUE(info.item<int>() == 0, what, " with its damping is not positive definite in ",
                    matrix.scalar_type(), "; raise optimizer.damping, or compute in precision=float64");
  return factor;
}

}  // namespace spinlab::training
