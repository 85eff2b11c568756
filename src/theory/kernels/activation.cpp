#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "src/theory/kernels/layer.h"
#include "src/theory/kernels/spread.h"

namespace spinlab::theory {
namespace {

class Elementwise : public Layer {
 public:
  explicit Elementwise(DualPtr phi) : phi_(std::move(phi)) {
    TORCH_CHECK_VALUE(phi_ != nullptr, "activation: the nonlinearity is missing: a null pointer");
  }

  BoundLayer bind(const Inputs& x, const Inputs& z) const override {
    const auto [a, b] = of_variances(*phi_, x.variance, z.variance);
    const auto apply = [a, b, spread = Spread(x), phi = phi_](Pairs& p, const Tile& tile) {
      const auto [value, derivative] =
          phi->means(spread.left(a.narrow(0, tile.row, tile.rows)),
                     spread.right(b.narrow(0, tile.column, tile.columns)), p.nngp);
      p.nngp = value;
      if (p.ntk.defined()) p.ntk.mul_(derivative);
    };
    return {of(x, a), of(z, b), apply};
  }

 private:
  Inputs of(const Inputs& x, const at::Tensor& a) const {
    Inputs out{phi_->means(a, a, x.variance).value, {}};
    TORCH_CHECK_VALUE(out.variance.isfinite().all().item<bool>(),
                      "activation: E φ(u)² is not finite at a variance of ", x.variance.max().item<double>(),
                      ": φ grows too fast; take smaller weights or fewer layers");
    if (!x.positions.defined()) return out;
    const auto [left, right] = both_positions(x, a);
    out.positions = phi_->means(left, right, x.positions).value;
    return out;
  }

  DualPtr phi_;
};

}  // namespace

LayerPtr activation(DualPtr phi) { return std::make_shared<Elementwise>(std::move(phi)); }
LayerPtr activation(const std::string& name) { return activation(make_dual({{"name", name}}, "activation")); }

}  // namespace spinlab::theory
