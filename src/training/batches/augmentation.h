#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <vector>

namespace spinlab::training {

/// Changes to training images that leave their class as it is, or, with mixup, known.
struct Augmentation {
  /// Images are mirrored left to right in each second epoch, a random half of them in the even ones, so that
  /// two epochs show every image in both ways [Jordan, arXiv:2404.00498, alternating flip].
  bool flip = false;
  /// Each image, which is square, is turned by 0, 1, 2 or 3 quarter turns.
  bool turn = false;
  /// Each image is moved by up to so many pixels along each axis.
  int64_t translate = 0;
  /// What comes into view: the image reflected at its edge, the edge itself not doubled (as reflection_pad2d
  /// does); the mean of all images, which is 0 after normalisation; the opposite edge, for a torus.
  enum class Edges { kReflected, kZero, kWrapped } edges = Edges::kReflected;
  /// A square of so many pixels around a random one becomes the mean of all images; it may stick out [DeVries
  /// and Taylor, arXiv:1708.04552].
  int64_t cutout = 0;
  /// α of mixup: each batch becomes λ x_i + (1 - λ) x_j and its targets the same mixture of classes, λ drawn
  /// from Beta(α, α) and j the next image of the batch [Zhang et al., arXiv:1710.09412]; 0: none.
  double mixup = 0;

  /// Whether single images change.
  bool places() const { return flip || turn || translate > 0 || cutout > 0; }
  bool any() const { return places() || mixup > 0; }
};

/// Where the pixels of n augmented images come from: that at (y, x) of image i is
/// (rows[i][y], columns[i][x]) of the original, or (rows[i][x], columns[i][y]) where it is transposed; the
/// mean of all images where either is -1, or where it lies in the image's hole.
struct Placements {
  /// int32 on the CPU: (n, H) and (n, W); (n) 0 or 1; (n, 2) the upper left corner of a hole of hole × hole
  /// pixels.
  at::Tensor rows, columns, transposed, corners;
  int64_t hole = 0;
};

/// mirrored: bool (n) on the CPU, which of the images of height × width are to be mirrored. Everything comes
/// from `generator`, of the CPU, so that every device sees the same images.
Placements draw_placements(const Augmentation& augmentation, int64_t height, int64_t width,
                           const at::Tensor& mirrored, at::Generator generator);

/// images[rows], placed: (m, C, H, W) of the same type, and where it is the mean, bool (m, 1, H, W).
/// images: (n, C, H, W); rows: int64 (m).
std::pair<at::Tensor, at::Tensor> placed(const at::Tensor& images, const at::Tensor& rows,
                                         const Placements& placements);

}  // namespace spinlab::training
