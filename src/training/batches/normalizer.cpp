#include "src/training/batches/normalizer.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "src/training/passes/gather.h"
#include "src/training/passes/place.h"

namespace spinlab::training {
namespace {

constexpr auto kMean = "normalization.mean", kDeviation = "normalization.deviation";

}  // namespace

Normalizer::Normalizer(const datasets::Dataset& set, at::ScalarType type, at::Device device) : type_(type) {
  if (!set.mean.defined()) return;
  const double unit = set.train.inputs.scalar_type() == at::kByte ? 255 : 1;
  const auto deviation = set.deviation.to(at::kDouble) * unit;
  TORCH_CHECK_VALUE(deviation.isfinite().all().item<bool>() && set.mean.isfinite().all().item<bool>(),
                    set.name,
                    ": its inputs are so large that their mean or deviation is not finite; scale them down");
  const auto mean = set.intercept ? set.mean.to(at::kDouble) * unit : at::zeros_like(deviation);
  statistics_ = {{kMean, mean}, {kDeviation, deviation}};
  // What is float64 in the data set is normalised before it is rounded: years, say, differ in few digits.
  const auto exact = set.train.inputs.scalar_type() == at::kDouble ? at::kDouble : type;
  scale_ = deviation.reciprocal().to(exact).to(device);
  shift_ = (-mean / deviation).to(exact).to(device);
  log_volume_ = deviation.expand(set.train.inputs.sizes().slice(1)).log().sum().item<double>();
}

at::Tensor Normalizer::operator()(const at::Tensor& raw) const {
  if (!scale_.defined()) return raw;
  return raw.to(scale_.scalar_type(), /*non_blocking=*/false, /*copy=*/true)
      .mul_(scale_)
      .add_(shift_)
      .to(type_);
}

void Normalizer::take_statistics(NamedTensors& state) const {
  for (const auto& [name, ours] : statistics_) {
    const auto found = state.find(name);
    if (found == state.end()) continue;  // runs before these were saved
    const auto& theirs = found->second;
    TORCH_CHECK_VALUE(theirs.sizes() == ours.sizes() && theirs.scalar_type() == at::kDouble &&
                          at::allclose(theirs, ours, 1e-6),
                      "the data is not what the run was trained on: its ", name, " has changed");
    state.erase(found);
  }
}

void Normalizer::gather(at::Tensor& out, const at::Tensor& raw, const at::Tensor& rows) const {
  if (scale_.defined() && scale_.scalar_type() == at::kFloat) {
    if (!out.defined()) out = at::empty({0}, scale_.options());
    return gather_normalized(out, raw, rows, scale_, shift_);
  }
  out = (*this)(rows.defined() ? raw.index_select(0, rows) : raw);
}

void Normalizer::gather(at::Tensor& out, const at::Tensor& raw, const at::Tensor& rows,
                        const Placements& placements, bool channels_last) const {
  const auto format = channels_last ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
  if (scale_.defined() && places_at_once(raw, scale_, shift_)) {
    auto sizes = raw.sizes().vec();
    sizes.front() = rows.size(0);
    if (!out.defined() || out.sizes() != sizes)
      out = at::empty(sizes, scale_.options().memory_format(format));
    return place_normalized(out, raw, rows, placements, scale_, shift_);
  }
  const auto [images, outside] = placed(raw, rows, placements);
  out = (*this)(images).masked_fill_(outside, 0).contiguous(format);
}

at::Tensor Normalizer::inverse(const at::Tensor& inputs) const {
  const auto values = inputs.cpu().to(at::kDouble);
  return scale_.defined() ? values * statistics_.at(kDeviation) + statistics_.at(kMean) : values;
}

}  // namespace spinlab::training
