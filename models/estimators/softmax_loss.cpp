#include "models/estimators/softmax_loss.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

namespace spinlab::models {
// BEGIN SOLUTION
namespace {

constexpr int64_t kBlockRows = 256;
constexpr int64_t kMaxChunks = 64;

/// The numbers of a chunk of rows, added up by one core.
struct Chunk {
  at::Tensor loss, by_weights, by_intercept;  // by_weights (k, d): products read rows of X faster so
};

}  // namespace
// END SOLUTION

SoftmaxLoss::SoftmaxLoss(at::Tensor X, at::Tensor y, int64_t classes)
    : X_(X.contiguous()), y_(y.contiguous()), classes_(classes) {}

SoftmaxLoss::Slope SoftmaxLoss::slope(const at::Tensor& W, const at::Tensor& b) const {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "softmax of ", W.sizes(), " and ", b.sizes(),
  // STUB                   ": left out, 08-fcn and 02-classification ask for its gradient");
  const auto n = X_.size(0);
  const auto blocks = (n + kBlockRows - 1) / kBlockRows, chunks = std::min(blocks, kMaxChunks);
  std::vector<Chunk> all(static_cast<size_t>(chunks));
  at::parallel_for(0, chunks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t c = begin; c < end; ++c) {
      auto& sum = all[static_cast<size_t>(c)];
      sum = {at::zeros({}, W.options()), at::zeros({classes_, W.size(0)}, W.options()), at::zeros_like(b)};
      for (int64_t block = blocks * c / chunks; block < blocks * (c + 1) / chunks; ++block) {
        const auto X = X_.slice(0, block * kBlockRows, (block + 1) * kBlockRows);
        const auto labels = y_.slice(0, block * kBlockRows, (block + 1) * kBlockRows).unsqueeze(1);
        auto error = at::log_softmax(at::addmm(b, X, W), 1);
        sum.loss.sub_(error.gather(1, labels).sum());
        error.exp_().scatter_add_(1, labels, at::full(labels.sizes(), -1.0, W.options()));
        sum.by_weights.addmm_(error.t(), X);
        sum.by_intercept.add_(error.sum(0));
      }
    }
  });
  auto& total = all.front();
  for (size_t c = 1; c < all.size(); ++c) {
    total.loss.add_(all[c].loss);
    total.by_weights.add_(all[c].by_weights);
    total.by_intercept.add_(all[c].by_intercept);
  }
  return {total.loss.item<double>() / static_cast<double>(n), total.by_weights.t().div(n),
          total.by_intercept.div_(n)};
  // END SOLUTION
}

at::Tensor SoftmaxLoss::curvature(const at::Tensor& W, const at::Tensor& b, const at::Tensor& places) const {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "softmax of ", W.sizes(), ", ", b.sizes(), ", ", places.sizes(),
  // STUB                   ": left out, 02-classification asks for it");
  const auto n = X_.size(0);
  const auto row = places.div(classes_, "floor"), column = places.remainder(classes_);
  auto outer = at::zeros({places.size(0), places.size(0)}, W.options()), own = at::zeros_like(outer);
  for (int64_t first = 0; first < n; first += kBlockRows) {
    const auto X = X_.slice(0, first, first + kBlockRows);
    const auto p = at::softmax(at::addmm(b, X, W), 1);
    const auto x = at::cat({X, at::ones({X.size(0), 1}, X.options())}, 1).index_select(1, row);
    const auto weighted = x * p.index_select(1, column);
    outer.addmm_(weighted.t(), weighted);
    own.addmm_(weighted.t(), x);
  }
  // ∂²/∂W_ia ∂W_jb = Σ x_i x_j (p_a δ_ab - p_a p_b) / n
  return own.mul_(column.unsqueeze(1).eq(column)).sub_(outer).div_(n);
  // END SOLUTION
}

}  // namespace spinlab::models
