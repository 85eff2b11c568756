#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

namespace spinlab::training {

/// Random changes to training images that leave their class as it is.
struct Augmentation {
  /// Half of the images are mirrored left to right.
  bool flip = false;
  /// Each image is moved by up to so many pixels along each axis; what comes into view is the image reflected
  /// at its edge, the edge itself not doubled (as reflection_pad2d does).
  int64_t translate = 0;

  bool any() const { return flip || translate > 0; }

  /// images: (n, C, H, W) of any type, translate < min(H, W). Returns new images of the same shape; the
  /// random numbers come from `generator`, of the CPU, so that every device sees the same ones.
  at::Tensor operator()(const at::Tensor& images, at::Generator generator) const;
};

}  // namespace spinlab::training
