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
      per_epoch_((inputs_.size(0) + options.size - 1) / options.size),
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
  return {block_inputs_.narrow(0, first, count),
          targets_.defined() ? block_targets_.narrow(0, first, count) : at::Tensor()};
}

void ExampleBatches::fill_block(int64_t block) {
  block_ = block;
  const auto first = block * per_block_ * options_.size;
  const auto count = std::min(per_block_ * options_.size, inputs_.size(0) - first);
  const auto rows = order_.narrow(0, first, count);
  if (options_.augmentation.any()) {
    block_inputs_ = normalizer_(augmented(inputs_.index_select(0, rows), rows));
  } else {
    normalizer_.gather(gathered_, inputs_, rows);
    block_inputs_ = gathered_;
  }
  if (options_.channels_last) block_inputs_ = block_inputs_.contiguous(at::MemoryFormat::ChannelsLast);
  if (targets_.defined()) block_targets_ = targets_.index_select(0, rows);
}

at::Tensor ExampleBatches::augmented(const at::Tensor& raw, const at::Tensor& rows) const {
  const auto mirrored = mirrored_first_.index_select(0, rows.cpu()).bitwise_xor(epoch_ % 2 == 1);
  const auto place = static_cast<std::uint64_t>(epoch_) << 32 | static_cast<std::uint64_t>(block_);
  return options_.augmentation(raw, mirrored, make_generator(options_.seed, "augment", place));
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
