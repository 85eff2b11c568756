#include "src/training/passes/pooling_stages.h"

#include <ATen/ATen.h>

#include "src/training/passes/memory.h"
#include "src/training/passes/pooling.h"

namespace spinlab::training {
namespace {

void fit_pooled(at::Tensor& buffer, const at::Tensor& x, int64_t size) {
  keep_sized(buffer, x, {x.size(0), x.size(1), x.size(2) / size, x.size(3) / size});
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
    keep_sized(input_gradient_, x_, x_.sizes());
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
    keep_sized(input_gradient_, x_, x_.sizes());
    maximum_pool_backward(input_gradient_, gradient.contiguous(), places_, size_);
    return input_gradient_;
  }

 private:
  int64_t size_;
  at::Tensor x_, output_, places_, indices_, input_gradient_;
};

}  // namespace

std::unique_ptr<Stage> make_pooling(const models::PoolingLayer& layer) {
  if (layer.kind == models::Pooling::kAverage) return std::make_unique<AverageStage>(layer.size);
  return std::make_unique<MaximumStage>(layer.size);
}

}  // namespace spinlab::training
