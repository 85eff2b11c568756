#include "src/theory/kernels/network_kernel.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <vector>

#include "src/core/on_all_cores.h"
#include "src/core/require_memory.h"
#include "src/theory/kernels/mapped_matrix.h"
#include "src/theory/kernels/store.h"

namespace spinlab::theory {
namespace {

/// A tile's numbers: a matrix of them, and the handful that a layer takes at a time, stay in a core's cache.
constexpr int64_t kTileNumbers = 1 << 15;

/// A finite sum has finite terms, and is quicker; one that overflows says nothing.
bool all_finite(const at::Tensor& X) {
  return std::isfinite(X.sum().item<double>()) || X.isfinite().all().item<bool>();
}

void expect_inputs(const at::Tensor& X, const at::Tensor& Z) {
  TORCH_CHECK_VALUE(X.dim() >= 2 && X.dim() <= 4,
                    "inputs must be vectors (n, d), sequences (n, channels, t) or images ",
                    "(n, channels, h, w), have the shape ", X.sizes());
  TORCH_CHECK_VALUE(X.sizes().slice(1) == Z.sizes().slice(1), "both inputs must be of one shape, are ",
                    X.sizes(), " and ", Z.sizes());
  TORCH_CHECK_VALUE(
      (X.scalar_type() == at::kFloat || X.scalar_type() == at::kDouble) && X.scalar_type() == Z.scalar_type(),
      "both inputs must be float32 or both float64, are ", X.scalar_type(), " and ", Z.scalar_type());
  TORCH_CHECK_VALUE(X.numel() > 0 && Z.numel() > 0, "there are no inputs: ", X.sizes(), " and ", Z.sizes());
  TORCH_CHECK_VALUE(all_finite(X) && (Z.is_same(X) || all_finite(Z)), "an input is not a finite number");
}

/// Σ_c x_c z_c / channels: (n, m) of vectors, (n, m, …P) or (n, m, …P, …P) of others.
at::Tensor covariance(const at::Tensor& X, const at::Tensor& Z, bool any_two) {
  const auto scale = 1.0 / static_cast<double>(X.size(1));
  if (X.dim() == 2) return X.mm(Z.t()).mul_(scale);
  const auto x = X.flatten(2), z = Z.flatten(2);
  auto sizes = std::vector{X.size(0), Z.size(0)};
  const auto places = X.sizes().slice(2);
  sizes.insert(sizes.end(), places.begin(), places.end());
  if (any_two) {
    sizes.insert(sizes.end(), places.begin(), places.end());
    return at::einsum("icp,jcq->ijpq", {x, z}).mul_(scale).contiguous().view(sizes);
  }
  return at::einsum("icp,jcp->ijp", {x, z}).mul_(scale).contiguous().view(sizes);
}

Inputs inputs(const at::Tensor& X, bool mixes_positions) {
  Inputs x{X.square().mean(1), {}};
  if (!mixes_positions) return x;
  TORCH_CHECK_VALUE(X.dim() > 2, "the network mixes positions, and its inputs are vectors");
  const auto places = static_cast<double>(x.variance[0].numel());
  // These, and what one layer makes of them.
  require_memory(
      2 * places * places * static_cast<double>(X.size(0) * X.element_size()),
      c10::str("the covariance of any two of ", x.variance[0].numel(), " places of ", X.size(0), " inputs"),
      "take fewer inputs or smaller ones; flatten in place of average_pool needs none");
  std::vector<at::Tensor> own;
  for (const auto& one : X.split(1)) own.push_back(covariance(one, one, true)[0][0]);
  x.positions = at::stack(own);
  pin_positions(x);
  return x;
}

at::Tensor empty_matrix(int64_t n, int64_t m, const at::TensorOptions& type, const KernelOptions& options,
                        const char* name) {
  if (!options.folder) return at::empty({n, m}, type);
  return mapped_matrix(*options.folder / (std::string(name) + ".bin"), n, m, type);
}

NetworkKernels empty_kernels(const at::Tensor& X, int64_t m, const KernelOptions& options) {
  const auto n = X.size(0);
  const auto bytes =
      static_cast<double>(n) * static_cast<double>(m * X.element_size()) * (options.ntk ? 2 : 1);
  if (!options.folder)
    require_memory(bytes, c10::str("a kernel of ", n, " x ", m, " pairs"),
                   "name a folder for it (KernelOptions::folder), or take fewer");
  NetworkKernels found{empty_matrix(n, m, X.options(), options, "nngp"), {}};
  if (options.ntk) found.ntk = empty_matrix(n, m, X.options(), options, "ntk");
  return found;
}

/// A square of 2^k of them.
int64_t tile_side(int64_t numbers_a_pair) {
  const auto pairs = std::max<int64_t>(kTileNumbers / numbers_a_pair, 1);
  int64_t side = 1;
  while (4 * side * side <= pairs) side *= 2;
  return side;
}

/// Parts of `whole`, the pairs with a column beyond their row left out where those are others' mirror.
std::vector<Tile> parts(const Tile& whole, int64_t rows, int64_t columns, bool symmetric) {
  std::vector<Tile> all;
  for (int64_t i = whole.row; i < whole.row + whole.rows; i += rows) {
    const auto height = std::min(rows, whole.row + whole.rows - i);
    const auto end =
        symmetric ? std::min(whole.column + whole.columns, i + height) : whole.column + whole.columns;
    for (int64_t j = whole.column; j < end; j += columns)
      all.push_back({i, height, j, std::min(columns, end - j), symmetric && i == j});
  }
  return all;
}

/// Parts of several tiles, whose inputs' covariances are one product, faster than of each tile; as large as
/// leaves every core some of them. Images' covariances are too many to wait for their tile.
std::vector<Tile> blocks(const Tile& whole, int64_t side, bool of_vectors, bool symmetric) {
  constexpr int64_t kMostTiles = 16, kBlocksACore = 8;
  const auto tiles = whole.rows * whole.columns / (side * side) / (symmetric ? 2 : 1);
  int64_t together = 1;
  while (of_vectors && together < kMostTiles && 2 * together * kBlocksACore * at::get_num_threads() <= tiles)
    together *= 2;
  const auto high = std::min<int64_t>(together, 2);
  return parts(whole, high * side, together / high * side, symmetric);
}

/// Calls work(i) for all i below `count`, each on the core that is free first.
void for_each_when_free(size_t count, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next = 0;
  on_all_cores(at::get_num_threads(), 1, [&](int64_t, int64_t) {
    for (auto i = next++; i < count; i = next++) work(i);
  });
}

NetworkKernels compute(const Layer& network, const at::Tensor& X, const at::Tensor& Z, bool symmetric,
                       const KernelOptions& options) {
  expect_inputs(X, Z);
  const at::NoGradGuard values_alone;
  const bool any_two = network.mixes_positions();
  const auto x = inputs(X, any_two), z = symmetric ? x : inputs(Z, any_two);
  const auto bound = network.bind(x, z);
  TORCH_CHECK_VALUE(bound.x.variance.dim() == 1,
                    "the network's outputs have positions; end it with flatten or average_pool");
  auto found = empty_kernels(X, Z.size(0), options);
  const auto places = x.variance[0].numel();
  const auto side = tile_side(any_two ? places * places : places);
  const auto all = blocks({0, X.size(0), 0, Z.size(0)}, side, X.dim() == 2, symmetric);
  for_each_when_free(all.size(), [&](size_t i) {
    const auto& block = all[i];
    const auto covariances =
        covariance(X.narrow(0, block.row, block.rows), Z.narrow(0, block.column, block.columns), any_two);
    for (const auto& tile : parts(block, side, side, symmetric)) {
      Pairs p{covariances.narrow(0, tile.row - block.row, tile.rows)
                  .narrow(1, tile.column - block.column, tile.columns),
              {}};
      if (options.ntk) p.ntk = at::zeros(p.nngp.sizes(), p.nngp.options());
      pin(p, x, tile);
      bound.apply(p, tile);
      store(found.nngp, p.nngp, tile, symmetric);
      if (options.ntk) store(found.ntk, p.ntk, tile, symmetric);
    }
  });
  return found;
}

}  // namespace

NetworkKernels kernels(const Layer& network, const at::Tensor& X, const at::Tensor& Z,
                       const KernelOptions& options) {
  return compute(network, X, Z, false, options);
}

NetworkKernels kernels(const Layer& network, const at::Tensor& X, const KernelOptions& options) {
  return compute(network, X, X, true, options);
}

}  // namespace spinlab::theory
