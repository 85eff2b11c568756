#include "src/theory/duals/correlation.h"

#include <ATen/ATen.h>

#include <limits>

namespace spinlab::theory {

/// The inverse is raised by what the roundings of c take away at most, so that the c of a pair of the same is
/// at least 1 and is clipped to that: an angle feels the root of 1 - c.
at::Tensor roots(const at::Tensor& q) {
  const double epsilon = q.scalar_type() == at::kFloat ? std::numeric_limits<float>::epsilon()
                                                       : std::numeric_limits<double>::epsilon();
  return at::stack({q.sqrt(), q.rsqrt().mul_(1 + 3 * epsilon).masked_fill_(q <= 0, 0)}).movedim(0, -1);
}

at::Tensor correlation(const at::Tensor& a, const at::Tensor& b, const at::Tensor& k) {
  return (k * a.select(-1, 1)).mul(b.select(-1, 1)).clamp_(-1, 1);
}

at::Tensor sine_of(const at::Tensor& c) { return (1 - c).mul_(1 + c).sqrt_(); }

}  // namespace spinlab::theory
