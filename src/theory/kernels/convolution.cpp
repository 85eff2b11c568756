#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>

#include "src/theory/kernels/affine.h"

namespace spinlab::theory {
namespace {

/// k at positions that are moved by `by` along all of `dimensions`; beyond the edge 0, or around it.
void add_moved(at::Tensor& sum, const at::Tensor& k, int64_t by, at::IntArrayRef dimensions,
               Padding padding) {
  if (padding == Padding::kCircular) {
    sum.add_(k.roll(std::vector<int64_t>(dimensions.size(), by), dimensions));
    return;
  }
  auto into = sum, from = k;
  for (const auto dimension : dimensions) {
    const auto count = k.size(dimension) - std::abs(by);
    if (count <= 0) return;
    into = into.narrow(dimension, std::max<int64_t>(by, 0), count);
    from = from.narrow(dimension, std::max<int64_t>(-by, 0), count);
  }
  into.add_(from);
}

class Convolution : public Layer {
 public:
  explicit Convolution(const ConvolutionOptions& options)
      : size_(options.size),
        padding_(options.padding),
        affine_{options.weight_std, options.bias_std, options.parametrization,
                options.width * static_cast<double>(options.size * options.size)} {
    affine_.check("convolution");
    TORCH_CHECK_VALUE(size_ > 0 && size_ % 2 == 1, "convolution: the size must be odd and positive, is ",
                      size_);
  }

  BoundLayer bind(const Inputs& x, const Inputs& z) const override {
    TORCH_CHECK_VALUE(x.variance.dim() == 3, "convolution: its input must be images, has ",
                      x.variance.dim() - 1, " dimensions of positions");
    const bool any_two = x.positions.defined();
    const auto apply = [any_two, this_layer = *this](Pairs& p, const Tile&) {
      p.nngp = this_layer.mean(p.nngp, 2, any_two);
      if (p.ntk.defined()) p.ntk = this_layer.mean(p.ntk, 2, any_two);
      this_layer.affine_.apply(p);
    };
    return {of(x), of(z), apply};
  }

 private:
  Inputs of(const Inputs& x) const {
    Inputs summed{mean(x.variance, 1, false), x.positions};
    if (x.positions.defined()) summed.positions = mean(x.positions, 1, true);
    return affine_.of(summed);
  }

  /// Over a filter's places, those of both positions moving together; positions begin at dimension `first`.
  /// Rows, then columns: 2 size sums, not size².
  at::Tensor mean(at::Tensor k, int64_t first, bool any_two) const {
    for (int64_t axis = first; axis < first + 2; ++axis) {
      const std::vector<int64_t> dimensions = any_two ? std::vector{axis, axis + 2} : std::vector{axis};
      auto sum = k.clone();
      for (int64_t by = 1; by <= size_ / 2; ++by) {
        add_moved(sum, k, by, dimensions, padding_);
        add_moved(sum, k, -by, dimensions, padding_);
      }
      k = sum;
    }
    return k.div_(static_cast<double>(size_ * size_));
  }

  int64_t size_;
  Padding padding_;
  Affine affine_;
};

}  // namespace

LayerPtr convolution(const ConvolutionOptions& options) { return std::make_shared<Convolution>(options); }

}  // namespace spinlab::theory
