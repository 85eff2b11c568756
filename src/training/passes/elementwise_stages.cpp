#include "src/training/passes/elementwise_stages.h"

#include <ATen/ATen.h>

#include <map>

#include "models/layers/activation.h"
#include "src/training/passes/memory.h"

namespace spinlab::training {
namespace {

/// An activation's kernels. The backward one takes the gradient, which it overwrites, and the output or,
/// where `of_input`, the input.
struct Kernels {
  void (*forward)(at::Tensor& output, const at::Tensor& x);
  void (*backward)(at::Tensor& gradient, const at::Tensor& kept);
  bool of_input = false;
};

const std::map<std::string, Kernels>& kernels() {
  using at::Tensor;
  static const std::map<std::string, Kernels> all = {
      {"relu",
       {[](Tensor& y, const Tensor& x) { at::clamp_min_out(y, x, 0); },
        [](Tensor& g, const Tensor& y) { at::threshold_backward_out(g, g, y, 0); }}},
      {"tanh",
       {[](Tensor& y, const Tensor& x) { at::tanh_out(y, x); },
        [](Tensor& g, const Tensor& y) { at::tanh_backward_out(g, g, y); }}},
      {"sigmoid",
       {[](Tensor& y, const Tensor& x) { at::sigmoid_out(y, x); },
        [](Tensor& g, const Tensor& y) { at::sigmoid_backward_out(g, g, y); }}},
      {"gelu",
       {[](Tensor& y, const Tensor& x) { at::gelu_out(y, x); },
        [](Tensor& g, const Tensor& x) { at::gelu_backward_out(g, g, x); }, /*of_input=*/true}},
  };
  return all;
}

class ActivationStage : public Stage {
 public:
  ActivationStage(const Kernels& kernels, bool in_place)
      : kernels_(kernels), in_place_(in_place && !kernels.of_input) {}

  at::Tensor forward(const at::Tensor& x, bool training) override {
    if (in_place_)
      output_ = x;
    else
      keep_sized(output_, x, x.sizes());
    kernels_.forward(output_, x);
    kept_ = kernels_.of_input ? x : output_;
    return output_;
  }

  at::Tensor backward(const at::Tensor& gradient, bool input_too) override {
    auto changed = gradient;
    kernels_.backward(changed, kept_);
    return changed;
  }

 private:
  const Kernels& kernels_;
  bool in_place_;
  at::Tensor output_, kept_;
};

/// The identity.
class NoStage : public Stage {
 public:
  at::Tensor forward(const at::Tensor& x, bool training) override { return x; }
  at::Tensor backward(const at::Tensor& gradient, bool input_too) override { return gradient; }
};

/// Draws as at::dropout does on the CPU: the same seed, the same zeros.
class DropoutStage : public Stage {
 public:
  explicit DropoutStage(double probability) : kept_(1 - probability) {}

  at::Tensor forward(const at::Tensor& x, bool training) override {
    if (!training) return x;
    keep_sized(mask_, x, x.sizes());
    keep_sized(output_, x, x.sizes());
    mask_.bernoulli_(kept_).div_(kept_);
    return at::mul_out(output_, x, mask_);
  }

  at::Tensor backward(const at::Tensor& gradient, bool input_too) override {
    auto changed = gradient;
    return changed.mul_(mask_);
  }

 private:
  double kept_;
  at::Tensor mask_, output_;
};

}  // namespace

std::unique_ptr<Stage> make_activation(const models::ActivationLayer& layer, bool in_place) {
  models::activation(layer.name);  // names the nearest where there is none
  if (layer.name == "identity") return std::make_unique<NoStage>();
  return std::make_unique<ActivationStage>(kernels().at(layer.name), in_place);
}

std::unique_ptr<Stage> make_dropout(const models::DropoutLayer& layer) {
  return std::make_unique<DropoutStage>(layer.probability);
}

}  // namespace spinlab::training
