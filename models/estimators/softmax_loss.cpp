#include "models/estimators/softmax_loss.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "src/core/on_all_cores.h"

namespace spinlab::models {
// BEGIN SOLUTION
namespace {

constexpr int64_t kBlockRows = 256;
constexpr int64_t kMaxChunks = 64;

/// The sums over a chunk of rows, by one core; float32 sums have few terms.
struct Chunk {
  at::Tensor loss, by_weights, by_intercept;

  Chunk(at::IntArrayRef weights, int64_t classes)
      : loss(at::zeros({}, at::kDouble)),
        by_weights(at::zeros(weights, at::kDouble)),
        by_intercept(at::zeros({classes}, at::kDouble)) {}

  /// The cross-entropies' derivatives by scores, whose classes lie along that dimension of two.
  at::Tensor add_errors(const at::Tensor& scores, const at::Tensor& labels, int64_t along) {
    auto error = at::log_softmax(scores, along);
    const auto index = labels.unsqueeze(along);
    loss.sub_(error.gather(along, index).sum(at::kDouble));
    error.exp_().scatter_add_(along, index, at::full(index.sizes(), -1.0, error.options()));
    by_intercept.add_(error.sum(1 - along, /*keepdim=*/false, at::kDouble));
    return error;
  }

  void add(const Chunk& other) {
    loss.add_(other.loss);
    by_weights.add_(other.by_weights);
    by_intercept.add_(other.by_intercept);
  }
};

/// All chunks' sum, for weights of that shape; `add` adds the rows [first, last) to one.
template <typename Add>
Chunk sum_over_rows(int64_t n, at::IntArrayRef weights, int64_t classes, const Add& add) {
  const auto blocks = (n + kBlockRows - 1) / kBlockRows, chunks = std::min(blocks, kMaxChunks);
  std::vector<Chunk> all;
  for (int64_t c = 0; c < chunks; ++c) all.emplace_back(weights, classes);
  on_all_cores(chunks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t c = begin; c < end; ++c) {
      for (int64_t block = blocks * c / chunks; block < blocks * (c + 1) / chunks; ++block)
        add(all[static_cast<size_t>(c)], block * kBlockRows, std::min((block + 1) * kBlockRows, n));
    }
  });
  for (size_t c = 1; c < all.size(); ++c) all.front().add(all[c]);
  return all.front();
}

/// A class is a row, as products of few of them are the faster.
Chunk whole_sum(const at::Tensor& X, const at::Tensor& y, const at::Tensor& W, const at::Tensor& b) {
  const auto Wt = W.t().to(X.scalar_type()).contiguous(), column = b.to(X.scalar_type()).unsqueeze(1);
  auto sum = sum_over_rows(X.size(0), Wt.sizes(), b.size(0), [&](Chunk& chunk, int64_t first, int64_t last) {
    const auto rows = X.slice(0, first, last);
    const auto error = chunk.add_errors(at::addmm(column, Wt, rows.t()), y.slice(0, first, last), 0);
    chunk.by_weights.add_(error.mm(rows));
  });
  sum.by_weights = sum.by_weights.t();
  return sum;
}

/// Classes that are there to fill a panel have no probability.
Chunk sparse_sum(const SparseRows& X, const at::Tensor& y, const at::Tensor& W, const at::Tensor& b,
                 at::ScalarType type) {
  const auto classes = b.size(0), panels = (classes + SparseRows::kPanel - 1) / SparseRows::kPanel;
  const auto more = panels * SparseRows::kPanel - classes;
  const auto weights = at::constant_pad_nd(W.to(type), {0, more}).contiguous();
  const auto row = at::constant_pad_nd(b.to(type), {0, more}, -std::numeric_limits<double>::infinity());
  auto sum =
      sum_over_rows(y.size(0), weights.sizes(), row.size(0), [&](Chunk& chunk, int64_t first, int64_t last) {
        auto scores = row.expand({last - first, -1}).contiguous();
        X.add_product(first, last, weights, scores);
        const auto error = chunk.add_errors(scores, y.slice(0, first, last), 1);
        auto by_weights = at::zeros_like(weights);
        X.add_transposed(first, last, error, by_weights);
        chunk.by_weights.add_(by_weights);
      });
  sum.by_weights = sum.by_weights.narrow(1, 0, classes);
  sum.by_intercept = sum.by_intercept.narrow(0, 0, classes);
  return sum;
}

}  // namespace
// END SOLUTION

SoftmaxLoss::SoftmaxLoss(at::Tensor X, at::Tensor y, int64_t classes)
    : X_(X.contiguous()), y_(y.contiguous()), classes_(classes), sparse_(SparseRows::of(X_)) {}

SoftmaxLoss SoftmaxLoss::in_float32() const {
  auto sparse = sparse_;
  if (sparse) sparse = sparse->to(at::kFloat);
  return {X_.to(at::kFloat), y_, classes_, std::move(sparse)};
}

SoftmaxLoss::Slope SoftmaxLoss::slope(const at::Tensor& W, const at::Tensor& b) const {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "softmax of ", W.sizes(), " and ", b.sizes(),
  // STUB                   ": left out, 08-fcn and 02-classification ask for its gradient");
  const auto sum = sparse_ ? sparse_sum(*sparse_, y_, W, b, X_.scalar_type()) : whole_sum(X_, y_, W, b);
  const auto rows = static_cast<double>(X_.size(0));
  return {sum.loss.item<double>() / rows, sum.by_weights.div(rows), sum.by_intercept.div(rows)};
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
