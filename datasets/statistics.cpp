#include "datasets/statistics.h"

#include <ATen/ATen.h>

#include <array>

namespace spinlab::datasets {
namespace {

// bincount would first make an int64 copy of the images, eight times their size. Neighbours are often alike:
// counts of one value in turns need not wait for each other.
at::Tensor count_values(const at::Tensor& image_planes) {
  const auto planes = image_planes.contiguous();
  std::array<std::array<int64_t, 256>, 4> counts{};
  const auto* value = planes.const_data_ptr<uint8_t>();
  for (int64_t i = 0; i < planes.numel(); ++i) ++counts[i % 4][value[i]];
  auto all = at::zeros({256}, at::kDouble);
  for (const auto& part : counts) all += at::tensor(at::ArrayRef<int64_t>(part), at::kLong);
  return all;
}

std::pair<at::Tensor, at::Tensor> as_divisor(const at::Tensor& mean, const at::Tensor& variance) {
  const auto deviation = variance.clamp_min(0).sqrt();
  return {mean, at::where(deviation > 0, deviation, at::ones_like(deviation))};
}

}  // namespace

std::pair<at::Tensor, at::Tensor> channel_statistics(const at::Tensor& images) {
  const auto channels = images.size(1);
  const auto grey = at::arange(256, at::kDouble) / 255;
  auto mean = at::empty({channels}, at::kDouble), variance = at::empty({channels}, at::kDouble);
  for (int64_t c = 0; c < channels; ++c) {
    const auto share = count_values(images.select(1, c)) * channels / images.numel();
    mean[c] = (share * grey).sum();
    variance[c] = (share * (grey - mean[c]).square()).sum();
  }
  return as_divisor(mean.view({channels, 1, 1}), variance.view({channels, 1, 1}));
}

std::pair<at::Tensor, at::Tensor> column_statistics(const at::Tensor& features) {
  return as_divisor(features.mean(0), features.var(0, /*unbiased=*/false));
}

std::pair<at::Tensor, at::Tensor> input_statistics(const at::Tensor& inputs) {
  if (inputs.scalar_type() == at::kLong) return {};
  if (inputs.scalar_type() == at::kByte) return channel_statistics(inputs);
  if (inputs.scalar_type() == at::kChar) return {at::zeros({1}, at::kDouble), at::ones({1}, at::kDouble)};
  if (inputs.dim() == 2) return column_statistics(inputs);
  const auto channel = inputs.dim() == 3 ? 2 : 1;  // (n, T, d) or (n, C, H, W)
  std::vector<int64_t> others, shape(inputs.dim() - 1, 1);
  for (int64_t d = 0; d < inputs.dim(); ++d) {
    if (d != channel) others.push_back(d);
  }
  shape[channel - 1] = inputs.size(channel);
  const auto mean = inputs.mean(others), variance = inputs.var(others, /*unbiased=*/false);
  return as_divisor(mean.view(shape), variance.view(shape));
}

}  // namespace spinlab::datasets
