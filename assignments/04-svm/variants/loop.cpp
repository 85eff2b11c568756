// Number by number.
#include "svm.h"

namespace svm {

double mean_square(const Tensor& x) {
  if (x.dim() != 1 || x.size(0) == 0) throw std::invalid_argument("expected a vector with at least one number");
  const auto values = x.accessor<double, 1>();
  double sum = 0;
  for (int64_t i = 0; i < x.size(0); ++i) sum += values[i] * values[i];
  return sum / static_cast<double>(x.size(0));
}

}  // namespace svm
