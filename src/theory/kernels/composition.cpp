#include <c10/util/Exception.h>

#include <algorithm>

#include <ATen/ATen.h>

#include "src/theory/kernels/layer.h"

namespace spinlab::theory {
namespace {

class Sequential : public Layer {
 public:
  explicit Sequential(std::vector<LayerPtr> layers) : layers_(std::move(layers)) {
    TORCH_CHECK_VALUE(!layers_.empty(), "a network needs at least one layer; dense(1) is the least");
    for (size_t l = 0; l < layers_.size(); ++l)
      TORCH_CHECK_VALUE(layers_[l] != nullptr, "layer ", l + 1, " of a network of ", layers_.size(),
                        " is missing: a null pointer");
  }

  BoundLayer bind(const Inputs& x, const Inputs& z) const override {
    std::vector<std::function<void(Pairs&, const Tile&)>> steps;
    Inputs left = x, right = z;
    for (const auto& layer : layers_) {
      auto bound = layer->bind(left, right);
      left = std::move(bound.x);
      right = std::move(bound.z);
      pin_positions(left);
      pin_positions(right);
      steps.push_back([step = std::move(bound.apply), left](Pairs& p, const Tile& tile) {
        step(p, tile);
        pin(p, left, tile);
      });
    }
    return {left, right, [steps = std::move(steps)](Pairs& p, const Tile& tile) {
              for (const auto& step : steps) step(p, tile);
            }};
  }

  bool mixes_positions() const override {
    return std::ranges::any_of(layers_, [](const auto& layer) { return layer->mixes_positions(); });
  }

 private:
  std::vector<LayerPtr> layers_;
};

/// The branch's last weights are independent of all before, so that covariances add.
class Residual : public Layer {
 public:
  explicit Residual(LayerPtr branch) : branch_(std::move(branch)) {
    TORCH_CHECK_VALUE(branch_ != nullptr, "residual: the branch is missing: a null pointer");
  }

  BoundLayer bind(const Inputs& x, const Inputs& z) const override {
    auto branch = branch_->bind(x, z);
    const auto apply = [step = branch.apply](Pairs& p, const Tile& tile) {
      Pairs inner{p.nngp.clone(), p.ntk.defined() ? p.ntk.clone() : p.ntk};
      step(inner, tile);
      p.nngp.add_(inner.nngp);
      if (p.ntk.defined()) p.ntk.add_(inner.ntk);
    };
    return {sum(x, branch.x), sum(z, branch.z), apply};
  }

  bool mixes_positions() const override { return branch_->mixes_positions(); }

 private:
  static Inputs sum(const Inputs& x, const Inputs& branch) {
    TORCH_CHECK_VALUE(x.variance.sizes() == branch.variance.sizes(),
                      "residual: the branch changes the positions from ", x.variance.sizes(), " to ",
                      branch.variance.sizes());
    return {x.variance + branch.variance,
            x.positions.defined() ? x.positions + branch.positions : x.positions};
  }

  LayerPtr branch_;
};

}  // namespace

void pin(Pairs& p, const Inputs& x, const Tile& tile) {
  if (!tile.same) return;
  const auto own =
      (p.nngp.dim() > x.variance.dim() + 1 ? x.positions : x.variance).narrow(0, tile.row, tile.rows);
  p.nngp.diagonal(0, 0, 1).copy_(own.movedim(0, -1));
}

void pin_positions(Inputs& x) {
  if (!x.positions.defined()) return;
  const auto places = x.variance[0].numel();
  x.positions = x.positions.contiguous();
  x.positions.view({-1, places, places}).diagonal(0, 1, 2).copy_(x.variance.flatten(1));
}

LayerPtr sequential(std::vector<LayerPtr> layers) { return std::make_shared<Sequential>(std::move(layers)); }
LayerPtr residual(LayerPtr branch) { return std::make_shared<Residual>(std::move(branch)); }

}  // namespace spinlab::theory
