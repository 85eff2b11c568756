#include "src/training/batches/example_batches.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "src/core/seed.h"

namespace spinlab::training {
namespace {

/// Small enough for a core's second-level cache, large enough that its operations cost little beside the
/// steps.
constexpr int64_t kBlockNumbers = 1 << 19;

}  // namespace

ExampleBatches::ExampleBatches(at::Tensor inputs, at::Tensor targets, Normalizer normalizer,
                               BatchOptions options)
    : inputs_(std::move(inputs)),
      targets_(std::move(targets)),
      normalizer_(std::move(normalizer)),
      options_(options),
      per_epoch_(options.per_epoch > 0 ? options.per_epoch
                                       : (inputs_.size(0) + options.size - 1) / options.size),
      per_block_(std::max<int64_t>(1, kBlockNumbers / (options.size * inputs_[0].numel()))),
      mirrored_first_(
          at::randint(0, 2, {inputs_.size(0)}, make_generator(options.seed, "mirror"), at::kBool)) {}

void ExampleBatches::start_epoch(int64_t epoch, int64_t batch) {
  epoch_ = epoch;
  batch_ = batch;
  block_ = -1;
  order_ =
      at::randperm(inputs_.size(0), make_generator(options_.seed, "shuffle", epoch)).to(inputs_.device());
}

Batch ExampleBatches::next() {
  if (batch_ / per_block_ != block_) fill_block(batch_ / per_block_);
  const auto first = batch_++ % per_block_ * options_.size;
  const auto count = std::min(options_.size, block_inputs_.size(0) - first);
  const Batch batch{block_inputs_.narrow(0, first, count),
                    targets_.defined() ? block_targets_.narrow(0, first, count) : at::Tensor()};
  return options_.augmentation.mixup > 0 ? mixed(batch) : batch;
}

void ExampleBatches::fill_block(int64_t block) {
  block_ = block;
  const auto first = block * per_block_ * options_.size;
  const auto in_epoch = std::min(per_epoch_ * options_.size, inputs_.size(0));
  const auto count = std::min(per_block_ * options_.size, in_epoch - first);
  const auto rows = order_.narrow(0, first, count);
  if (targets_.defined()) block_targets_ = targets_.index_select(0, rows);
  if (options_.augmentation.places()) return place_block(rows);
  normalizer_.gather(gathered_, inputs_, rows);
  block_inputs_ = gathered_;
  if (options_.channels_last) block_inputs_ = block_inputs_.contiguous(at::MemoryFormat::ChannelsLast);
}

void ExampleBatches::place_block(const at::Tensor& rows) {
  const auto& augmentation = options_.augmentation;
  const auto mirrored = mirrored_first_.index_select(0, rows.cpu()).bitwise_xor(epoch_ % 2 == 1);
  const auto place = static_cast<std::uint64_t>(epoch_) << 32 | static_cast<std::uint64_t>(block_);
  const auto placements = draw_placements(augmentation, inputs_.size(2), inputs_.size(3), mirrored,
                                          make_generator(options_.seed, "augment", place));
  normalizer_.gather(gathered_, inputs_, rows, placements, options_.channels_last);
  block_inputs_ = gathered_;
  if (!augmentation.flip || options_.mirrored_classes.empty()) return;
  const auto images = at::tensor(options_.mirrored_classes).to(block_targets_.device());
  block_targets_ =
      at::where(mirrored.to(block_targets_.device()), images.index_select(0, block_targets_), block_targets_);
}

Batch ExampleBatches::mixed(const Batch& batch) const {
  const auto place = static_cast<std::uint64_t>(epoch_) << 32 | static_cast<std::uint64_t>(batch_);
  const auto gammas = at::_standard_gamma(at::full({2}, options_.augmentation.mixup, at::kDouble),
                                          make_generator(options_.seed, "mixup", place));
  const auto total = gammas.sum().item<double>();
  // Of a tiny α both may be 0 in floating point: then one image, as is most likely.
  const auto share = total > 0 ? gammas[0].item<double>() / total : 1.0;
  const auto classes = at::one_hot(batch.targets, options_.classes).to(batch.inputs.scalar_type());
  const auto with_next = [&](const at::Tensor& each) {
    return share * each + (1 - share) * each.roll(-1, 0);
  };
  return {with_next(batch.inputs), with_next(classes)};
}

at::Tensor on_device(const at::Tensor& rows, at::Device device) {
  if (rows.device() == device || rows.numel() == 0) return rows;
  int64_t length = 1;
  for (int64_t d = 0; d < rows.dim(); ++d) length += (rows.size(d) - 1) * rows.stride(d);
  if (length >= rows.numel()) return rows.to(device);
  const auto series = rows.as_strided({length}, {1}).to(device);
  return series.as_strided(rows.sizes(), rows.strides());
}

}  // namespace spinlab::training
