#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "src/theory/kernels/layer.h"

namespace spinlab::theory {
namespace {

void expect_positions(const Inputs& x, const char* layer) {
  TORCH_CHECK_VALUE(x.variance.dim() > 1, layer,
                    ": its input has no positions; it takes images or sequences");
}

/// (n, m, …P) of (n, m, …P) or (n, m, …P, …P).
at::Tensor same_position(const at::Tensor& k, const Inputs& x) {
  if (!x.positions.defined()) return k;
  const auto places = x.variance[0].numel();
  return k.flatten(2).unflatten(2, {places, places}).diagonal(0, 2, 3);
}

class Flatten : public Layer {
 public:
  BoundLayer bind(const Inputs& x, const Inputs& z) const override {
    expect_positions(x, "flatten");
    const auto mean = [x](at::Tensor& k) {
      if (k.defined()) k = same_position(k, x).flatten(2).mean(2);
    };
    return {{x.variance.flatten(1).mean(1), {}},
            {z.variance.flatten(1).mean(1), {}},
            [mean](Pairs& p, const Tile&) {
              mean(p.nngp);
              mean(p.ntk);
            }};
  }
};

class AveragePool : public Layer {
 public:
  BoundLayer bind(const Inputs& x, const Inputs& z) const override {
    expect_positions(x, "average_pool");
    const auto mean = [](at::Tensor& k) {
      if (k.defined()) k = k.flatten(2).mean(2);
    };
    return {{x.positions.flatten(1).mean(1), {}},
            {z.positions.flatten(1).mean(1), {}},
            [mean](Pairs& p, const Tile&) {
              mean(p.nngp);
              mean(p.ntk);
            }};
  }
  bool mixes_positions() const override { return true; }
};

}  // namespace

LayerPtr flatten() { return std::make_shared<Flatten>(); }
LayerPtr average_pool() { return std::make_shared<AveragePool>(); }

}  // namespace spinlab::theory
