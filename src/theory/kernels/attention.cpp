#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "src/theory/kernels/layer.h"

namespace spinlab::theory {
namespace {

class Attention : public Layer {
 public:
  explicit Attention(const AttentionOptions& options) : options_(options) {
    TORCH_CHECK_VALUE(options.score_std >= 0 && options.value_std >= 0 && std::isfinite(options.score_std) &&
                          std::isfinite(options.value_std),
                      "attention: standard deviations must be finite and at least 0, are ", options.score_std,
                      " (scores) and ", options.value_std, " (values)");
  }

  BoundLayer bind(const Inputs& x, const Inputs& z) const override {
    TORCH_CHECK_VALUE(x.variance.dim() == 2, "attention: its input must be sequences, has ",
                      x.variance.dim() - 1, " dimensions of positions");
    const auto a = weights(x), b = weights(z);
    const auto scale = options_.value_std * options_.value_std;
    const auto apply = [a, b, scale](Pairs& p, const Tile& tile) {
      const auto left = a.narrow(0, tile.row, tile.rows).unsqueeze(1);
      const auto right = b.narrow(0, tile.column, tile.columns).unsqueeze(0).transpose(-1, -2);
      const auto mixed = [&](const at::Tensor& k) { return left.matmul(k).matmul(right).mul_(scale); };
      p.nngp = mixed(p.nngp);
      // The values' weights, and what they pass on; scores that are numbers in the limit have no gradient
      // there.
      if (p.ntk.defined()) p.ntk = mixed(p.ntk).add_(p.nngp);
    };
    return {of(x, a), of(z, b), apply};
  }
  bool mixes_positions() const override { return true; }

 private:
  at::Tensor weights(const Inputs& x) const {
    const auto scores = x.positions * (options_.score_std * options_.score_std);
    return options_.scores == AttentionScores::kSoftmax ? scores.softmax(-1) : scores;
  }
  Inputs of(const Inputs& x, const at::Tensor& a) const {
    const auto scale = options_.value_std * options_.value_std;
    const auto positions = a.matmul(x.positions).matmul(a.transpose(-1, -2)).mul_(scale);
    return {positions.diagonal(0, -2, -1).contiguous(), positions};
  }

  AttentionOptions options_;
};

}  // namespace

LayerPtr attention(const AttentionOptions& options) { return std::make_shared<Attention>(options); }

}  // namespace spinlab::theory
