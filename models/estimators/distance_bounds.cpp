#include "models/estimators/distance_bounds.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "models/solvers/sample.h"
#include "src/core/on_all_cores.h"
#include "src/core/seed.h"

namespace spinlab::models {
namespace {

/// What a core handles at once fits its cache.
constexpr int64_t kBlockRows = 256;
/// Axes are found and tried on so many rows, by so many queries among them.
constexpr int64_t kSample = 4096, kTried = 64;
constexpr int64_t kMostAxes = 128, kFewestAxes = 16;
/// A row that is looked at costs so many times its share of a matrix product.
constexpr double kLook = 100;

/// (d, p): nearly the leading principal axes, the first one first, by subspace iteration from a random start
/// [Halko, Martinsson and Tropp, SIAM Rev. 53 (2011), algorithm 4.4].
at::Tensor leading_axes(const at::Tensor& X, int64_t p) {
  auto Q = at::randn({X.size(1), p}, make_generator(0, "start of the axes"), X.options());
  for (int i = 0; i < 3; ++i) Q = std::get<0>(at::linalg_qr(X.t().mm(X.mm(Q))));
  const auto projected = X.mm(Q);
  const auto V = std::get<1>(at::linalg_eigh(projected.t().mm(projected)));
  return Q.mm(V.flip(1));
}

/// Along the axes, and the length of what they leave out.
at::Tensor along(const at::Tensor& X, const at::Tensor& axes, const at::Tensor& squared_norms) {
  const auto inside = X.mm(axes);
  const auto left = (squared_norms - inside.square().sum(1)).relu_().sqrt_();
  return at::cat({inside, left.unsqueeze(1)}, 1);
}

/// Of the axes (d, p) the first few with which a search among the rows X costs least, or none: a product of
/// so many columns, and a look at each row whose bound is below the k-th smallest distance.
at::Tensor cheapest(const at::Tensor& X, const at::Tensor& axes, int64_t k) {
  const auto d = X.size(1);
  const auto norms = X.square().sum(1);
  const auto asked = evenly_spread(at::arange(X.size(0)), kTried);
  const auto exact = at::cdist(X.index_select(0, asked), X);
  // A query finds itself first.
  const auto limit = std::get<0>(exact.kthvalue(std::min(k + 1, X.size(0)), 1, /*keepdim=*/true));
  auto least = static_cast<double>(d);
  at::Tensor best;
  for (auto p = axes.size(1); p >= kFewestAxes; p /= 2) {
    const auto columns = along(X, axes.narrow(1, 0, p), norms);
    const auto bounds = at::cdist(columns.index_select(0, asked), columns);
    const auto looks = bounds.le(limit).to(at::kDouble).mean().item<double>();
    const auto cost = static_cast<double>(p) + kLook * static_cast<double>(d) * looks;
    if (cost < least) least = cost, best = axes.narrow(1, 0, p).contiguous();
  }
  return best;
}

}  // namespace

DistanceBounds::DistanceBounds(const at::Tensor& rows, int64_t k)
    : mean_(rows.mean(0)), order_(at::randperm(rows.size(0), make_generator(0, "order of the rows"))) {
  const auto n = rows.size(0), d = rows.size(1);
  const auto reach = at::maximum(rows.amax(0) - mean_, mean_ - rows.amin(0));
  const auto longest = reach.max().item<double>() * std::sqrt(static_cast<double>(d));
  if (longest > 0) scale_ = std::exp2(std::ilogb(longest) + 1);
  if (d >= 4 * kFewestAxes && n > kTried) {
    // Any axes give bounds, so float32 finds them; but they are orthonormal to float64's rounding.
    const auto sample = (evenly_spread(rows, kSample) - mean_).mul_(1 / scale_).to(at::kFloat);
    axes_ = cheapest(sample, leading_axes(sample, std::min(kMostAxes, d / 4)), k);
    if (axes_.defined()) axes_ = std::get<0>(at::linalg_qr(axes_.to(at::kDouble)));
  }
  const auto blocks = (n + kBlockRows - 1) / kBlockRows;
  std::vector<at::Tensor> columns(static_cast<size_t>(blocks));
  on_all_cores(blocks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const auto places = order_.slice(0, i * kBlockRows, (i + 1) * kBlockRows);
      const auto found = coordinates(rows.index_select(0, places));
      columns[static_cast<size_t>(i)] =
          at::cat({found.inside.mul_(-2), found.squared_norms.unsqueeze(1)}, 1).to(at::kFloat);
    }
  });
  columns_ = at::cat(columns);
}

DistanceBounds::Coordinates DistanceBounds::coordinates(const at::Tensor& X) const {
  const auto centred = (X - mean_).mul_(1 / scale_);
  const auto squared_norms = centred.square().sum(1);
  return {axes_.defined() ? along(centred, axes_, squared_norms) : centred, squared_norms};
}

/// Dot products of c terms are wrong by at most c u Σ|terms| to first order [Higham, Accuracy and Stability,
/// eq. 3.5], their factors by u each; the length that is left out, a difference of float64 squares that may
/// cancel, by the root of their rounding; and ‖q‖² itself by that of float64, which is all of it far away.
at::Tensor DistanceBounds::rounding(const at::Tensor& norms) const {
  constexpr double u = std::numeric_limits<float>::epsilon() / 2,
                   v = std::numeric_limits<double>::epsilon() / 2;
  const auto d = static_cast<double>(mean_.size(0)), columns = static_cast<double>(columns_.size(1));
  return 1.1 * u * (columns + 8) * (1 + 2 * norms) + 4 * std::sqrt(d * v) * (1 + norms) +
         4 * d * v * norms.square();
}

DistanceBounds::Queries DistanceBounds::queries(const at::Tensor& X) const {
  const auto found = coordinates(X);
  const auto ones = at::ones({X.size(0), 1}, X.options());
  return {at::cat({found.inside, ones}, 1).to(at::kFloat), found.squared_norms,
          rounding(found.squared_norms.sqrt())};
}

}  // namespace spinlab::models
