#include "src/theory/duals/pair_loops.h"

#include <c10/util/Exception.h>

#include <cmath>
#include <numbers>
#include <type_traits>

/// Compiled twice, of which the processor's is taken when the program starts.
#if defined(__x86_64__) && defined(__linux__)
#define SPINLAB_WITH_FMA __attribute__((target_clones("fma", "default")))
#else
#define SPINLAB_WITH_FMA
#endif

namespace spinlab::theory {
namespace {

using std::numbers::pi;

/// P of asin(x) = x + x³ P(x²) on [0, ½], of least largest error: 1.5e-17 of asin(x), in float32 5e-9. By
/// Remez' exchange.
template <typename T>
inline T polynomial(T square) {
  if constexpr (std::is_same_v<T, float>) {
    const T high = T(0.02414760786) + square * T(0.04221855597);
    return T(0.1666675393) + square * (T(0.07495241783) + square * (T(0.04547709738) + square * high));
  }
  T p = 0.0319589443458783376;
  p = p * square - 0.0162940465208442699;
  p = p * square + 0.0195738923298884266;
  p = p * square + 0.00651085665544198239;
  p = p * square + 0.0121732791226494347;
  p = p * square + 0.0138845983672174481;
  p = p * square + 0.0173597711369971288;
  p = p * square + 0.0223717535195968666;
  p = p * square + 0.0303819593314886248;
  p = p * square + 0.0446428568234749545;
  p = p * square + 0.0750000000034305482;
  return p * square + 0.166666666666653828;
}

/// asin(x), |x| ≤ 1, within 3 units of the last place and without a branch, so that a loop over it is
/// vectorised: above ½ it is π/2 - 2 asin(sqrt((1 - x)/2)).
template <typename T>
inline T arcsine(T x) {
  const T size = std::abs(x);
  const bool is_small = size < T(0.5);
  const T square = is_small ? size * size : (1 - size) / 2;
  const T root = is_small ? size : std::sqrt(square);
  const T angle = root + root * square * polynomial(square);
  return std::copysign(is_small ? angle : T(pi / 2) - 2 * angle, x);
}

template <typename T>
inline void leaky_loop(int64_t count, T* __restrict value, T* __restrict derivative, const Rows<T, 5>& in,
                       const LeakyParts& parts) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "the means of ReLU for ", count, " pairs, ", parts.even, parts.odd,
  // STUB                   ": left out, 14-infinite-width asks for them");
  const auto [k, root_q, inverse_q, root_r, inverse_r] = in;
  const T even = parts.even, odd = parts.odd;
  for (int64_t i = 0; i < count; ++i) {
    const T unclipped = k[i] * inverse_q[i] * inverse_r[i];
    const T c = unclipped > 1 ? T(1) : unclipped < -1 ? T(-1) : unclipped;
    const T angle = arcsine(c);
    value[i] = (std::sqrt((1 - c) * (1 + c)) + c * angle) * (even * root_q[i] * root_r[i]) + odd * k[i];
    derivative[i] = even * angle + odd;
  }
  // END SOLUTION
}

template <typename T>
inline void erf_loop(int64_t count, T* __restrict value, T* __restrict derivative, const Rows<T, 3>& in) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "the means of erf for ", count,
  // STUB                   " pairs: left out, 14-infinite-width asks for them");
  const auto [k, left, right] = in;
  for (int64_t i = 0; i < count; ++i) {
    const T both = left[i] * right[i], s = 2 * both * k[i];
    value[i] = T(2 / pi) * arcsine(s);
    derivative[i] = T(4 / pi) * both / std::sqrt((1 - s) * (1 + s));
  }
  // END SOLUTION
}

/// Horner's scheme in cⁿ on n lanes side by side, lane l of the terms l, l + n, …: vectorised, where one lane
/// would wait for each product.
template <typename T>
inline T series_lanes(T c, const T* a, const T* b, int64_t terms) {
  constexpr int64_t kLanes = 16;
  T lanes[kLanes] = {};
  const T square = c * c, fourth = square * square, step = fourth * fourth * fourth * fourth;
  const auto last = terms / kLanes * kLanes;
  for (int64_t l = 0; l < terms - last; ++l) lanes[l] = a[last + l] * b[last + l];
  for (auto first = last - kLanes; first >= 0; first -= kLanes)
    for (int64_t l = 0; l < kLanes; ++l) lanes[l] = lanes[l] * step + a[first + l] * b[first + l];
  T sum = 0;
  for (auto l = kLanes; l-- > 0;) sum = sum * c + lanes[l];
  return sum;
}

}  // namespace

SPINLAB_WITH_FMA
void leaky_means(int64_t count, double* value, double* derivative, const Rows<double, 5>& in,
                 const LeakyParts& parts) {
  leaky_loop(count, value, derivative, in, parts);
}

SPINLAB_WITH_FMA
void leaky_means(int64_t count, float* value, float* derivative, const Rows<float, 5>& in,
                 const LeakyParts& parts) {
  leaky_loop(count, value, derivative, in, parts);
}

SPINLAB_WITH_FMA
void erf_means(int64_t count, double* value, double* derivative, const Rows<double, 3>& in) {
  erf_loop(count, value, derivative, in);
}

SPINLAB_WITH_FMA
void erf_means(int64_t count, float* value, float* derivative, const Rows<float, 3>& in) {
  erf_loop(count, value, derivative, in);
}

SPINLAB_WITH_FMA
double series_mean(double c, const double* a, const double* b, int64_t terms) {
  return series_lanes(c, a, b, terms);
}

SPINLAB_WITH_FMA
float series_mean(float c, const float* a, const float* b, int64_t terms) {
  return series_lanes(c, a, b, terms);
}

}  // namespace spinlab::theory
