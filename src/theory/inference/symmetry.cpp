#include "src/theory/inference/symmetry.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <mutex>

#include "src/core/on_all_cores.h"

namespace spinlab::theory {
namespace {

/// Of a tile and its mirror, which stay in a core's cache.
constexpr int64_t kSide = 128;

double largest(const at::Tensor& x) { return x.abs().max().item<double>(); }

/// NaN where one is.
double larger(double a, double b) { return std::isnan(a) || a > b ? a : b; }

Symmetry of_rows(const at::Tensor& K, int64_t row) {
  const auto rows = std::min(kSide, K.size(0) - row);
  Symmetry found{0, 0};
  for (int64_t column = 0; column <= row; column += kSide) {
    const auto columns = std::min(kSide, K.size(0) - column);
    const auto tile = K.narrow(0, row, rows).narrow(1, column, columns);
    const auto mirror = K.narrow(0, column, columns).narrow(1, row, rows);
    found.largest = larger(larger(largest(tile), largest(mirror)), found.largest);
    found.asymmetry = larger(largest(tile - mirror.t()), found.asymmetry);
  }
  return found;
}

}  // namespace

Symmetry symmetry(const at::Tensor& K) {
  Symmetry found{0, 0};
  std::mutex mutex;
  const auto bands = (K.size(0) + kSide - 1) / kSide;
  on_all_cores(bands, 1, [&](int64_t begin, int64_t end) {
    for (auto band = begin; band < end; ++band) {
      const auto one = of_rows(K, band * kSide);
      const std::lock_guard lock(mutex);
      found = {larger(one.largest, found.largest), larger(one.asymmetry, found.asymmetry)};
    }
  });
  return found;
}

}  // namespace spinlab::theory
