#include "src/theory/mean_field/root.h"

#include <c10/util/Exception.h>

#include <cmath>
#include <limits>

namespace spinlab::theory {

double root(const std::function<double(double)>& f, double low, double high) {
  constexpr int kMost = 200;
  double at_low = f(low), at_high = f(high);
  if (at_low == 0) return low;
  if (at_high == 0) return high;
  TORCH_CHECK_VALUE((at_low > 0) != (at_high > 0), "no root between ", low, " and ", high, ": f is ", at_low,
                    " and ", at_high);
  for (int i = 0; i < kMost; ++i) {
    const double next = high - at_high * (high - low) / (at_high - at_low), there = f(next);
    const bool crossed = (there > 0) != (at_high > 0);
    if (crossed) {
      low = high;
      at_low = at_high;
    } else {
      at_low /= 2;
    }
    const double moved = std::abs(next - high);
    high = next;
    at_high = there;
    if (there == 0 || moved <= 4 * std::numeric_limits<double>::epsilon() * std::abs(high)) break;
  }
  return high;
}

}  // namespace spinlab::theory
