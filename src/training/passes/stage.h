#pragma once

#include <memory>

#include "models/plain_layers.h"

namespace spinlab::training {

/// A layer with the memory for its two passes, which it keeps from step to step.
class Stage {
 public:
  virtual ~Stage() = default;

  /// May change x in place where make_stage was told so; what it returns is its own until the next forward.
  virtual at::Tensor forward(const at::Tensor& x, bool training) = 0;

  /// For the last forward in training. May change `gradient` in place. Writes the parameters' gradients;
  /// returns that of x, undefined where `input_too` is false.
  virtual at::Tensor backward(const at::Tensor& gradient, bool input_too) = 0;

  /// Some may be undefined.
  virtual std::vector<at::Tensor> parameters() const { return {}; }
};

/// `in_place`: nobody needs x after the stage. Throws c10::ValueError for an activation that does not exist.
std::unique_ptr<Stage> make_stage(const models::PlainLayer& layer, bool in_place);

}  // namespace spinlab::training
