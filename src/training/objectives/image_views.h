#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

namespace spinlab::training {

/// What an evaluation averages logits over (test-time augmentation).
struct ImageViews {
  /// An image and its mirror image, left to right.
  bool flip = false;
  /// With half of the weight the image, with a quarter each the image one pixel further up and left, and down
  /// and right, its edges reflected. [Jordan, arXiv:2404.00498, section 3.5]
  bool shift = false;

  /// images: (n, channels, H, W) of any type, H and W at least 2 for `shift`. logits: of such images.
  at::Tensor mean(const std::function<at::Tensor(const at::Tensor&)>& logits, const at::Tensor& images) const;
};

}  // namespace spinlab::training
