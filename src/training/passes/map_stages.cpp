#include "src/training/passes/map_stages.h"

#include <ATen/ATen.h>

#include "src/training/passes/columns.h"
#include "src/training/passes/memory.h"

namespace spinlab::training {
namespace {

class LinearStage : public Stage {
 public:
  explicit LinearStage(const models::LinearLayer& layer)
      : weight_(layer.weight), bias_(layer.bias), transposed_(weight_.value.t()) {}

  at::Tensor forward(const at::Tensor& x, bool training) override {
    x_ = x;
    keep_sized(output_, x, {x.size(0), weight_.value.size(0)});
    if (bias_.value.defined()) return at::addmm_out(output_, bias_.value, x, transposed_);
    return at::mm_out(output_, x, transposed_);
  }

  at::Tensor backward(const at::Tensor& gradient, bool input_too) override {
    at::mm_out(weight_.gradient, gradient.t(), x_);
    if (bias_.value.defined()) at::sum_out(bias_.gradient, gradient, 0);
    weight_.publish();
    bias_.publish();
    if (!input_too) return {};
    keep_sized(input_gradient_, gradient, x_.sizes());
    return at::mm_out(input_gradient_, gradient, weight_.value);
  }

  std::vector<at::Tensor> parameters() const override { return {weight_.tensor(), bias_.tensor()}; }

 private:
  KeptParameter weight_, bias_;
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

  std::vector<at::Tensor> parameters() const override { return {weight_.tensor(), bias_.tensor()}; }

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
    keep_sized(products_, x_, {n, outputs, seen});
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

  KeptParameter weight_, bias_;
  std::array<int64_t, 1> stride_, padding_;
  at::Tensor x_, columns_, products_;
};

}  // namespace

std::unique_ptr<Stage> make_linear(const models::LinearLayer& layer) {
  return std::make_unique<LinearStage>(layer);
}

std::unique_ptr<Stage> make_conv2d(const models::Conv2dLayer& layer) {
  return std::make_unique<Conv2dStage>(layer);
}

}  // namespace spinlab::training
