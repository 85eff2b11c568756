#include "src/theory/empirical/plain_derivatives.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <torch/csrc/autograd/autograd.h>

#include <functional>

#include "models/layers/activation.h"
#include "src/core/on_all_cores.h"

namespace spinlab::theory {
namespace {

using namespace models;

/// Derivatives of all outputs, (n, outputs, …). Where they are common they are one matrix for all inputs,
/// expanded, perhaps still to be multiplied by each input's slopes, (n, 1, N).
struct Derivatives {
  at::Tensor by_output;
  bool are_common = false;
  at::Tensor slopes = {};

  bool is_one_matrix() const { return are_common && !slopes.defined(); }
  at::Tensor of_each() const { return slopes.defined() ? by_output * slopes : by_output; }
};

/// What the derivatives by a layer's result are by its input.
using Backward = std::function<Derivatives(const Derivatives&)>;

/// Of a function of the derivatives of each input, (n, outputs, …).
Backward on_each(const std::function<at::Tensor(const at::Tensor& g)>& back) {
  return [back](const Derivatives& g) { return Derivatives{back(g.of_each())}; };
}

/// Of a function of derivatives (n outputs, …).
Backward on_rows(const std::function<at::Tensor(const at::Tensor& g)>& back) {
  return on_each(
      [back](const at::Tensor& g) { return back(g.flatten(0, 1)).unflatten(0, {g.size(0), g.size(1)}); });
}

/// Stands for inputs of as many rows as g has, of which a function needs the sizes alone.
at::Tensor sizes_of(const at::Tensor& x, const at::Tensor& g) {
  auto sizes = x.sizes().vec();
  sizes.front() = g.size(0);
  return at::empty(sizes, x.options());
}

/// A part of the rows on each core: LibTorch would have all cores at each row's small product.
at::Tensor convolution_backward(const at::Tensor& g, const at::Tensor& x, const Conv2dLayer& layer) {
  constexpr int64_t kGrain = 16;
  const auto all = sizes_of(x, g);
  on_all_cores(g.size(0), kGrain, [&](int64_t begin, int64_t end) {
    const auto into = all.slice(0, begin, end);
    into.copy_(std::get<0>(at::convolution_backward(
        g.slice(0, begin, end), into, layer.weight.detach(), {}, {layer.stride, layer.stride},
        {layer.padding, layer.padding}, {1, 1}, false, {0, 0}, 1, {true, false, false})));
  });
  return all;
}

/// Runs the layers without a graph and keeps how derivatives by all outputs go back through them at once: one
/// product for each layer, where a graph has one for each output.
class Pass {
 public:
  explicit Pass(const at::Tensor& X) : x_(X) {}

  void operator()(const LinearLayer& layer) {
    const auto weight = layer.weight.detach();
    keep(layer, [weight](const Derivatives& g) {
      if (!g.is_one_matrix()) return Derivatives{g.of_each().matmul(weight)};
      return Derivatives{g.by_output[0].mm(weight).expand({g.by_output.size(0), -1, -1}), true};
    });
    x_ = at::linear(x_, weight, bias(layer.bias));
  }

  void operator()(const Conv2dLayer& layer) {
    keep(layer, on_rows([layer, x = x_](const at::Tensor& g) { return convolution_backward(g, x, layer); }));
    x_ = at::conv2d(x_, layer.weight.detach(), bias(layer.bias), layer.stride, layer.padding);
  }

  void operator()(const ActivationLayer& layer) {
    const at::AutoGradMode with_graph(true);
    const auto z = x_.detach().requires_grad_(true), out = activation(layer.name)(z);
    const auto slope = torch::autograd::grad({out.sum()}, {z}).front().unsqueeze(1);
    back_.emplace_back([slope](const Derivatives& g) {
      if (g.is_one_matrix()) return Derivatives{g.by_output, true, slope};
      return Derivatives{g.of_each() * slope};
    });
    x_ = out.detach();
  }

  void operator()(const DropoutLayer&) {}

  void operator()(const PoolingLayer& layer) {
    const auto size = layer.size;
    if (layer.kind == Pooling::kAverage) {
      back_.push_back(on_rows([x = x_, size](const at::Tensor& g) {
        return at::avg_pool2d_backward(g, sizes_of(x, g), {size, size}, {}, 0, false, true, {});
      }));
      x_ = at::avg_pool2d(x_, size);
      return;
    }
    const auto [out, indices] = at::max_pool2d_with_indices(x_, size);
    back_.push_back(on_rows([x = x_, indices, size](const at::Tensor& g) {
      return at::max_pool2d_with_indices_backward(g, sizes_of(x, g), {size, size}, {size, size}, {0, 0},
                                                  {1, 1}, false,
                                                  indices.repeat_interleave(g.size(0) / x.size(0), 0));
    }));
    x_ = out;
  }

  void operator()(const FlattenLayer&) {
    back_.push_back(
        on_each([sizes = x_.sizes().slice(1).vec()](const at::Tensor& g) { return g.unflatten(2, sizes); }));
    x_ = x_.flatten(1);
  }

  /// From the last layer back to the first one with weights: nobody asks for derivatives by the inputs.
  std::vector<WeightedLayer> derivatives() && {
    TORCH_CHECK_VALUE(x_.dim() == 2, "a tangent kernel needs outputs (n, outputs), got ", x_.sizes());
    Derivatives g{at::eye(x_.size(1), x_.options()).expand({x_.size(0), -1, -1}), true};
    for (auto l = weighted_.size(); l-- > 0;) {
      while (back_.size() > places_[l] + 1) take(g);
      auto& layer = weighted_[l];
      layer.derivatives = g.of_each().transpose(0, 1);
      if (g.slopes.defined()) {
        layer.after = g.by_output[0];
        layer.slopes = g.slopes.select(1, 0);
        g = {layer.derivatives.transpose(0, 1)};
      }
      if (l > 0) take(g);
    }
    return std::move(weighted_);
  }

 private:
  static at::Tensor bias(const at::Tensor& b) { return b.defined() ? b.detach() : b; }

  void keep(const PlainLayer& layer, Backward back) {
    weighted_.push_back({layer, x_, {}});
    places_.push_back(back_.size());
    back_.push_back(std::move(back));
  }

  void take(Derivatives& g) {
    g = back_.back()(g);
    back_.pop_back();
  }

  at::Tensor x_;
  std::vector<WeightedLayer> weighted_;
  std::vector<Backward> back_;
  std::vector<size_t> places_;  // of weighted_ in back_
};

}  // namespace

std::vector<WeightedLayer> weighted_layers(const PlainLayers& layers, const at::Tensor& X) {
  const at::NoGradGuard no_graph;
  Pass pass(X.detach());
  for (const auto& layer : layers) std::visit(pass, layer);
  return std::move(pass).derivatives();
}

}  // namespace spinlab::theory
