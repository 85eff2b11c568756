#include <ATen/ATen.h>

#include "src/theory/kernels/layer.h"
#include "src/theory/kernels/spread.h"

namespace spinlab::theory {
namespace {

class LayerNorm : public Layer {
 public:
  BoundLayer bind(const Inputs& x, const Inputs& z) const override {
    const auto a = inverse_root(x.variance), b = inverse_root(z.variance);
    const Spread spread(x);
    const auto apply = [=](Pairs& p, const Tile& tile) {
      const auto left = spread.left(a.narrow(0, tile.row, tile.rows)).select(-1, 0);
      const auto right = spread.right(b.narrow(0, tile.column, tile.columns)).select(-1, 0);
      p.nngp.mul_(left).mul_(right);
      if (p.ntk.defined()) p.ntk.mul_(left).mul_(right);
    };
    return {of(x, a), of(z, b), apply};
  }

 private:
  /// (…, 1); 0 for an input of no variance, which stays at 0.
  static at::Tensor inverse_root(const at::Tensor& q) {
    return q.rsqrt().masked_fill_(q <= 0, 0).unsqueeze(-1);
  }

  static Inputs of(const Inputs& x, const at::Tensor& a) {
    const auto [left, right] = both_positions(x, a);
    return {(x.variance > 0).to(x.variance.scalar_type()),
            x.positions.defined() ? x.positions * left.select(-1, 0) * right.select(-1, 0) : x.positions};
  }
};

}  // namespace

LayerPtr layer_norm() { return std::make_shared<LayerNorm>(); }

}  // namespace spinlab::theory
