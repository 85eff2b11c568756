#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <vector>

#include "src/theory/duals/dual_activation.h"

namespace spinlab::theory {

/// How parameters enter a layer of fan-in N. With kNtk they are standard normal numbers times σ_w/√N and σ_b
/// [Jacot, Gabriel and Hongler, NeurIPS 2018]; with kStandard they have those standard deviations themselves,
/// as in LibTorch, and a gradient step of one rate moves a wide layer N times as much [Sohl-Dickstein et al.,
/// 2020]. The networks that are drawn are the same, their kernels' gradients are not.
enum class Parametrization { kNtk, kStandard };

/// What is known of single inputs at a layer. Positions (…P) are none for vectors, (h, w) for images, (t) for
/// sequences.
struct Inputs {
  at::Tensor variance;  // E f_p(x)², (n, …P)
  /// E f_p(x) f_p'(x), (n, …P, …P), where a later layer mixes positions; else undefined.
  at::Tensor positions;
};

/// What is known of pairs of inputs: of vectors (n, m), of images at the same place (n, m, …P), and where a
/// later layer mixes positions, at any two of them (n, m, …P, …P).
struct Pairs {
  at::Tensor nngp;  // E f(x) f(x'), a channel's
  at::Tensor ntk;   // Σ ∂f(x)/∂θ ∂f(x')/∂θ over the parameters so far; undefined where it is not asked for
};

/// Inputs [row, row + rows) of the one and [column, column + columns) of the other set.
struct Tile {
  int64_t row, rows, column, columns;
  bool same = false;  // the two are the same inputs
};

/// An input's covariance with itself is its variance, to the last bit: the angle between the two would else
/// be the root of a rounding.
void pin(Pairs& p, const Inputs& x, const Tile& tile);
/// A position's covariance with itself likewise.
void pin_positions(Inputs& x);

/// A layer that has seen all inputs on their own, and turns a tile's pairs into those after it.
struct BoundLayer {
  Inputs x, z;
  std::function<void(Pairs&, const Tile&)> apply;
};

/// A layer of a network of infinite width, as a map of its inputs' covariances. Immutable.
class Layer {
 public:
  virtual ~Layer() = default;
  virtual BoundLayer bind(const Inputs& x, const Inputs& z) const = 0;
  /// Whether it needs covariances between positions.
  virtual bool mixes_positions() const { return false; }
};

using LayerPtr = std::shared_ptr<const Layer>;

/// f = σ_w/√N W x + σ_b b, at each position [Lee et al., ICLR 2018]. `width`: its fan-in N, which kStandard
/// alone needs.
struct DenseOptions {
  double weight_std = 1, bias_std = 0;
  Parametrization parametrization = Parametrization::kNtk;
  double width = 1;
};
LayerPtr dense(const DenseOptions& options);
LayerPtr dense(double weight_std, double bias_std = 0);

/// φ, elementwise.
LayerPtr activation(DualPtr phi);
/// By its name (make_dual).
LayerPtr activation(const std::string& name);

/// One behind the other.
LayerPtr sequential(std::vector<LayerPtr> layers);

/// x + branch(x).
LayerPtr residual(LayerPtr branch);

/// (x - mean)/std over the channels of each position, whose mean is 0 and whose variance is that of the
/// limit.
LayerPtr layer_norm();

enum class Padding { kZero, kCircular };

/// size × size filters, stride 1, the picture's size kept; N channels in, weights of standard deviation
/// σ_w/(size √N) [Novak et al., ICLR 2019].
struct ConvolutionOptions {
  double weight_std = 1, bias_std = 0;
  int64_t size = 3;  // odd
  Padding padding = Padding::kZero;
  Parametrization parametrization = Parametrization::kNtk;
  double width = 1;
};
LayerPtr convolution(const ConvolutionOptions& options);

/// All positions side by side: the mean of their covariances.
LayerPtr flatten();

/// The mean over positions: the mean of the covariances of all pairs of them.
LayerPtr average_pool();

/// Self-attention over a sequence with queries and keys of the same weights and scores divided by their
/// width, which so become numbers: out = σ_v ζ(σ² K(x, x)) x, ζ the softmax of a row or nothing [Hron et al.,
/// ICML 2020, sec. 3.1].
enum class AttentionScores { kSoftmax, kLinear };
struct AttentionOptions {
  double score_std = 1, value_std = 1;
  AttentionScores scores = AttentionScores::kSoftmax;
};
LayerPtr attention(const AttentionOptions& options);

}  // namespace spinlab::theory
