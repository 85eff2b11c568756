#include "src/training/passes/stage.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <map>

#include "models/layers/activation.h"
#include "src/training/passes/columns.h"
#include "src/training/passes/pooling.h"

namespace spinlab::training {
namespace {

/// A parameter, the memory of its gradient, and how the module comes to see that.
class Parameter {
 public:
  explicit Parameter(const at::Tensor& tensor)
      : tensor_(tensor),
        value(tensor.defined() ? tensor.detach() : tensor),
        gradient(tensor.defined() ? at::zeros_like(value) : tensor) {}
  void publish() {
    if (tensor_.defined()) tensor_.mutable_grad() = gradient;
  }

 private:
  at::Tensor tensor_;

 public:
  at::Tensor value, gradient;
};

/// Memory for (rows, …): grows to the largest number of rows that was asked for.
void fit(at::Tensor& buffer, const at::Tensor& like, at::IntArrayRef sizes) {
  if (!buffer.defined()) buffer = at::empty({0}, like.options());
  if (buffer.sizes() != sizes) buffer.resize_(sizes);
}

class LinearStage : public Stage {
 public:
  explicit LinearStage(const models::LinearLayer& layer)
      : weight_(layer.weight), bias_(layer.bias), transposed_(weight_.value.t()) {}

  at::Tensor forward(const at::Tensor& x, bool training) override {
    x_ = x;
    fit(output_, x, {x.size(0), weight_.value.size(0)});
    if (bias_.value.defined()) return at::addmm_out(output_, bias_.value, x, transposed_);
    return at::mm_out(output_, x, transposed_);
  }

  at::Tensor backward(const at::Tensor& gradient, bool input_too) override {
    at::mm_out(weight_.gradient, gradient.t(), x_);
    if (bias_.value.defined()) at::sum_out(bias_.gradient, gradient, 0);
    weight_.publish();
    bias_.publish();
    if (!input_too) return {};
    fit(input_gradient_, gradient, x_.sizes());
    return at::mm_out(input_gradient_, gradient, weight_.value);
  }

  bool has_parameters() const override { return true; }

 private:
  Parameter weight_, bias_;
  at::Tensor transposed_, x_, output_, input_gradient_;
};

class Conv2dStage : public Stage {
 public:
  explicit Conv2dStage(const models::Conv2dLayer& layer)
      : weight_(layer.weight), bias_(layer.bias), stride_{layer.stride}, padding_{layer.padding} {}

  at::Tensor forward(const at::Tensor& x, bool training) override {
    x_ = x;
    return at::convolution(x, weight_.value, bias_.value, stride_, padding_, /*dilation=*/1,
                           /*transposed=*/false,
                           /*output_padding=*/0, /*groups=*/1);
  }

  at::Tensor backward(const at::Tensor& gradient, bool input_too) override {
    auto input =
        input_too || !few_columns() ? backward_by_kernel(gradient, input_too) : backward_by_columns(gradient);
    weight_.publish();
    bias_.publish();
    return input;
  }

  bool has_parameters() const override { return true; }

 private:
  /// Where the weights' gradient alone is asked for and an output depends on few numbers (the first layer, on
  /// images of few channels), a matrix product is faster than oneDNN, twice for LeNet-5's.
  bool few_columns() const {
    const auto& weight = weight_.value;
    return x_.is_cpu() && x_.is_contiguous() && weight.numel() / weight.size(0) <= kFewColumns;
  }

  at::Tensor backward_by_columns(const at::Tensor& gradient) {
    const auto outputs = weight_.value.size(0), seen = weight_.value.numel() / outputs, n = x_.size(0);
    if (!columns_.defined()) columns_ = at::empty({0}, x_.options());
    window_columns(columns_, x_, {weight_.value.size(2), weight_.value.size(3), stride_[0], padding_[0]});
    fit(products_, x_, {n, outputs, seen});
    at::bmm_out(products_, gradient.reshape({n, outputs, -1}), columns_.transpose(1, 2));
    weight_.gradient.copy_(products_.sum(0).view_as(weight_.value));
    if (bias_.value.defined()) at::sum_out(bias_.gradient, gradient, {0, 2, 3});
    return {};
  }

  at::Tensor backward_by_kernel(const at::Tensor& gradient, bool input_too) {
    const bool biased = bias_.value.defined();
    const auto [input, weight, bias] = at::convolution_backward(
        gradient, x_, weight_.value,
        biased ? at::OptionalIntArrayRef(bias_.value.sizes()) : at::OptionalIntArrayRef(), stride_, padding_,
        /*dilation=*/1, /*transposed=*/false, /*output_padding=*/0, /*groups=*/1, {input_too, true, biased});
    weight_.gradient.copy_(weight);
    if (biased) bias_.gradient.copy_(bias);
    return input;
  }

  static constexpr int64_t kFewColumns = 32;

  Parameter weight_, bias_;
  std::array<int64_t, 1> stride_, padding_;
  at::Tensor x_, columns_, products_;
};

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
      fit(output_, x, x.sizes());
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

class FlattenStage : public Stage {
 public:
  at::Tensor forward(const at::Tensor& x, bool training) override {
    sizes_ = x.sizes().vec();
    return x.dim() == 2 ? x : x.flatten(1);
  }
  at::Tensor backward(const at::Tensor& gradient, bool input_too) override {
    return gradient.reshape(sizes_);
  }

 private:
  std::vector<int64_t> sizes_;
};

/// Draws as at::dropout does on the CPU: the same seed, the same zeros.
class DropoutStage : public Stage {
 public:
  explicit DropoutStage(double probability) : kept_(1 - probability) {}

  at::Tensor forward(const at::Tensor& x, bool training) override {
    if (!training) return x;
    fit(mask_, x, x.sizes());
    fit(output_, x, x.sizes());
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

void fit_pooled(at::Tensor& buffer, const at::Tensor& x, int64_t size) {
  fit(buffer, x, {x.size(0), x.size(1), x.size(2) / size, x.size(3) / size});
}

/// Where our own kernels serve.
bool plain_memory(const at::Tensor& x) { return x.is_cpu() && x.is_contiguous(); }

class AverageStage : public Stage {
 public:
  explicit AverageStage(int64_t size) : size_(size) {}

  at::Tensor forward(const at::Tensor& x, bool training) override {
    x_ = x;
    if (!plain_memory(x)) return at::avg_pool2d(x, size_);
    fit_pooled(output_, x, size_);
    average_pool(output_, x, size_);
    return output_;
  }

  at::Tensor backward(const at::Tensor& gradient, bool input_too) override {
    if (!plain_memory(x_)) {
      return at::avg_pool2d_backward(gradient, x_, size_, /*stride=*/{}, /*padding=*/0, /*ceil_mode=*/false,
                                     /*count_include_pad=*/true, /*divisor_override=*/{});
    }
    fit(input_gradient_, x_, x_.sizes());
    average_pool_backward(input_gradient_, gradient.contiguous(), size_);
    return input_gradient_;
  }

 private:
  int64_t size_;
  at::Tensor x_, output_, input_gradient_;
};

class MaximumStage : public Stage {
 public:
  explicit MaximumStage(int64_t size) : size_(size) {}

  at::Tensor forward(const at::Tensor& x, bool training) override {
    x_ = x;
    if (!plain_memory(x)) {
      at::Tensor output;
      std::tie(output, indices_) = at::max_pool2d_with_indices(x, size_);
      return output;
    }
    fit_pooled(output_, x, size_);
    if (!places_.defined()) places_ = at::empty({0}, at::kInt);
    if (places_.sizes() != output_.sizes()) places_.resize_(output_.sizes());
    maximum_pool(output_, places_, x, size_);
    return output_;
  }

  at::Tensor backward(const at::Tensor& gradient, bool input_too) override {
    if (!plain_memory(x_)) {
      return at::max_pool2d_with_indices_backward(gradient, x_, size_, /*stride=*/{}, /*padding=*/0,
                                                  /*dilation=*/1,
                                                  /*ceil_mode=*/false, indices_);
    }
    fit(input_gradient_, x_, x_.sizes());
    maximum_pool_backward(input_gradient_, gradient.contiguous(), places_, size_);
    return input_gradient_;
  }

 private:
  int64_t size_;
  at::Tensor x_, output_, places_, indices_, input_gradient_;
};

struct Maker {
  bool in_place;

  std::unique_ptr<Stage> operator()(const models::LinearLayer& layer) const {
    return std::make_unique<LinearStage>(layer);
  }
  std::unique_ptr<Stage> operator()(const models::Conv2dLayer& layer) const {
    return std::make_unique<Conv2dStage>(layer);
  }
  std::unique_ptr<Stage> operator()(const models::ActivationLayer& layer) const {
    models::activation(layer.name);  // names the nearest where there is none
    if (layer.name == "identity") return std::make_unique<NoStage>();
    return std::make_unique<ActivationStage>(kernels().at(layer.name), in_place);
  }
  std::unique_ptr<Stage> operator()(const models::DropoutLayer& layer) const {
    return std::make_unique<DropoutStage>(layer.probability);
  }
  std::unique_ptr<Stage> operator()(const models::PoolingLayer& layer) const {
    if (layer.kind == models::Pooling::kAverage) return std::make_unique<AverageStage>(layer.size);
    return std::make_unique<MaximumStage>(layer.size);
  }
  std::unique_ptr<Stage> operator()(const models::FlattenLayer&) const {
    return std::make_unique<FlattenStage>();
  }
};

}  // namespace

std::unique_ptr<Stage> make_stage(const models::PlainLayer& layer, bool in_place) {
  return std::visit(Maker{in_place}, layer);
}

}  // namespace spinlab::training
