#include "@topic@.h"

namespace @topic@ {

double mean_square(const Tensor& x) {
  // BEGIN SOLUTION mean_square: the square first, then the mean
  TORCH_CHECK_VALUE(x.dim() == 1 && x.numel() > 0, "x must be a vector of at least one number, got ", x.sizes());
  return x.square().mean().item<double>();
  // END SOLUTION
}

}  // namespace @topic@
