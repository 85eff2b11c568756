#pragma once

#include <ATen/core/Tensor.h>

namespace spinlab::training {

/// A parameter, the memory of its gradient, and how the module comes to see that.
class KeptParameter {
 public:
  explicit KeptParameter(const at::Tensor& tensor);
  void publish() {
    if (tensor_.defined()) tensor_.mutable_grad() = gradient;
  }
  const at::Tensor& tensor() const { return tensor_; }

 private:
  at::Tensor tensor_;

 public:
  at::Tensor value, gradient;
};

/// Gives the buffer these sizes and the type and device of `like`: its memory grows to the largest that was
/// asked for.
void keep_sized(at::Tensor& buffer, const at::Tensor& like, at::IntArrayRef sizes);

}  // namespace spinlab::training
