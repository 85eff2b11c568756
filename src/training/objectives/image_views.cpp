#include "src/training/objectives/image_views.h"

#include <ATen/ATen.h>

namespace spinlab::training {
namespace {

/// Row and column i of the result are i - by of the images, reflected at the edges.
at::Tensor shifted(const at::Tensor& images, int64_t by) {
  auto moved = images;
  for (const int64_t dimension : {2, 3}) {
    const auto last = images.size(dimension) - 1;
    const auto source =
        (at::arange(last + 1, at::TensorOptions(at::kLong).device(images.device())) - by).abs();
    moved = moved.index_select(dimension, last - (last - source).abs());
  }
  return moved;
}

}  // namespace

at::Tensor ImageViews::mean(const std::function<at::Tensor(const at::Tensor&)>& logits,
                            const at::Tensor& images) const {
  const auto mirrored = [&](const at::Tensor& view) {
    return flip ? (logits(view) + logits(view.flip({3}))) / 2 : logits(view);
  };
  const auto still = mirrored(images);
  return shift ? still / 2 + (mirrored(shifted(images, -1)) + mirrored(shifted(images, 1))) / 4 : still;
}

}  // namespace spinlab::training
