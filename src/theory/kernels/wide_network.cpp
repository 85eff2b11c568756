#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/kernels/kernel.h"
#include "src/theory/kernels/network_kernel.h"

namespace spinlab::theory {
namespace {

/// A fully connected network of infinite width as a kernel of the zoo: what an estimator with kernels does
/// with it is Bayesian regression over networks (NNGP), or gradient descent to its end (NTK, without a
/// penalty).
class WideNetwork : public models::Kernel {
 public:
  WideNetwork(LayerPtr network, bool tangent) : network_(std::move(network)), tangent_(tangent) {}

  at::Tensor operator()(const at::Tensor& X, const at::Tensor& Z) const override {
    const auto both = kernels(*network_, X, Z, {.ntk = tangent_});
    return tangent_ ? both.ntk : both.nngp;
  }

  /// By small blocks of pairs, of which the diagonals are kept.
  at::Tensor diagonal(const at::Tensor& X) const override {
    std::vector<at::Tensor> parts{at::empty({0}, X.options())};
    for (int64_t first = 0; first < X.size(0); first += kBlock) {
      const auto rows = X.narrow(0, first, std::min(kBlock, X.size(0) - first));
      const auto both = kernels(*network_, rows, {.ntk = tangent_});
      parts.push_back((tangent_ ? both.ntk : both.nngp).diagonal());
    }
    return at::cat(parts);
  }

  models::KernelPtr with_parameters(const at::Tensor&) const override {
    return std::make_shared<WideNetwork>(*this);
  }

 private:
  static constexpr int64_t kBlock = 32;

  LayerPtr network_;
  bool tangent_;
};

LayerPtr fully_connected(const Config& options) {
  const auto phi = activation(make_dual(options.at("activation"), "activation"));
  const auto weights = dense(std::sqrt(options.number("weight_variance", 1e-12, 1e12)),
                             std::sqrt(options.number("bias_variance", 0, 1e12)));
  std::vector<LayerPtr> layers{weights};
  for (int64_t depth = options.integer("depth", 1, 1000); depth > 0; --depth) {
    layers.push_back(phi);
    layers.push_back(weights);
  }
  return sequential(layers);
}

models::KernelEntry entry(const char* name, const char* summary, bool tangent) {
  return {.name = name,
          .summary = summary,
          .defaults = {{"depth", 3},
                       {"activation", {{"name", "relu"}}},
                       {"weight_variance", 2.0},
                       {"bias_variance", 0.1}},
          .make = [tangent](const Config& options, const at::Tensor&) -> models::KernelPtr {
            return std::make_shared<WideNetwork>(fully_connected(options), tangent);
          }};
}

const Registered<models::KernelEntry> kNngp{entry(
    "nngp", "the covariance of networks of infinite width, depth hidden layers, before training", false)};
const Registered<models::KernelEntry> kNtk{
    entry("ntk", "the tangent kernel of such networks: training all layers is regression with it", true)};

}  // namespace
}  // namespace spinlab::theory
