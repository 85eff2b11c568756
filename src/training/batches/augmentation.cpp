#include "src/training/batches/augmentation.h"

#include <ATen/ATen.h>

namespace spinlab::training {
namespace {

/// (n, size): the source coordinate of each place of an axis, moved by shift and reflected into 0 … size - 1.
at::Tensor moved(int64_t size, const at::Tensor& shift) {
  const auto place = at::arange(size).unsqueeze(0) + shift.unsqueeze(1);
  return (size - 1) - ((size - 1) - place.abs()).abs();
}

}  // namespace

at::Tensor Augmentation::operator()(const at::Tensor& images, const at::Tensor& mirrored,
                                    at::Generator generator) const {
  const auto n = images.size(0), height = images.size(2), width = images.size(3);
  const auto shifts = [&] { return at::randint(-translate, translate + 1, {n}, generator, at::kLong); };
  const auto rows = moved(height, shifts());
  auto columns = moved(width, shifts());
  if (flip) columns = at::where(mirrored.unsqueeze(1), (width - 1) - columns, columns);
  const auto device = images.device();
  const auto image = at::arange(n, device).reshape({n, 1, 1, 1});
  const auto channel = at::arange(images.size(1), device).reshape({1, -1, 1, 1});
  return images.index({image, channel, rows.to(device).reshape({n, 1, height, 1}),
                       columns.to(device).reshape({n, 1, 1, width})});
}

}  // namespace spinlab::training
