#include "src/theory/kernels/affine.h"

namespace spinlab::theory {
namespace {

class Dense : public Layer {
 public:
  explicit Dense(const DenseOptions& options)
      : affine_{options.weight_std, options.bias_std, options.parametrization, options.width} {
    affine_.check("dense");
  }

  BoundLayer bind(const Inputs& x, const Inputs& z) const override {
    return {affine_.of(x), affine_.of(z), [affine = affine_](Pairs& p, const Tile&) { affine.apply(p); }};
  }

 private:
  Affine affine_;
};

}  // namespace

LayerPtr dense(const DenseOptions& options) { return std::make_shared<Dense>(options); }
LayerPtr dense(double weight_std, double bias_std) {
  return dense(DenseOptions{.weight_std = weight_std, .bias_std = bias_std});
}

}  // namespace spinlab::theory
