#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

namespace spinlab::training {

/// Changes to training images that leave their class as it is.
struct Augmentation {
  /// Images are mirrored left to right in each second epoch, a random half of them in the even ones, so that
  /// two epochs show every image in both ways [Jordan, arXiv:2404.00498, alternating flip].
  bool flip = false;
  /// Each image is moved by up to so many pixels along each axis; what comes into view is the image reflected
  /// at its edge, the edge itself not doubled (as reflection_pad2d does).
  int64_t translate = 0;

  bool any() const { return flip || translate > 0; }

  /// images: (n, C, H, W) of any type, translate < min(H, W); mirrored: bool (n) on the CPU, which of them
  /// are to be mirrored. Returns new images of the same shape; the moves come from `generator`, of the CPU,
  /// so that every device sees the same ones.
  at::Tensor operator()(const at::Tensor& images, const at::Tensor& mirrored, at::Generator generator) const;
};

}  // namespace spinlab::training
