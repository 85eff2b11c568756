#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "src/training/batches/augmentation.h"
#include "src/training/batches/batches.h"
#include "src/training/batches/normalizer.h"

namespace spinlab::training {

struct BatchOptions {
  int64_t size = 64;
  std::uint64_t seed = 0;
  Augmentation augmentation{};
  bool channels_last = false;
  /// Batches after which an epoch ends; 0: when every example has been seen.
  int64_t per_epoch = 0;
  /// How many there are, where the targets are classes; and the class of each class' mirror image, empty
  /// where it is its own.
  int64_t classes = 0;
  std::vector<int64_t> mirrored_classes = {};
};

/// The examples in a new order each epoch: one permutation, indexed from whole-set tensors. Several small
/// batches are gathered, augmented and normalised at once, as one block of about 2 MB, and handed out as
/// views of it. Order and augmentation depend on seed and epoch alone, so that an epoch can be entered
/// anywhere with the same bits.
class ExampleBatches : public Batches {
 public:
  /// inputs: (n, …) raw; targets: (n, …) as the loss takes them, or undefined; both on the device of
  /// training. Windows may be views of the series that they are cut from: only the rows of a block are
  /// copied. A batch is good until the next one is asked for: its memory is used again.
  ExampleBatches(at::Tensor inputs, at::Tensor targets, Normalizer normalizer, BatchOptions options);

  int64_t per_epoch() const override { return per_epoch_; }
  void start_epoch(int64_t epoch, int64_t batch) override;
  Batch next() override;

 private:
  void fill_block(int64_t block);
  void place_block(const at::Tensor& rows);
  Batch mixed(const Batch& batch) const;

  at::Tensor inputs_, targets_;
  Normalizer normalizer_;
  BatchOptions options_;
  int64_t per_epoch_, per_block_;
  int64_t epoch_ = 0, batch_ = 0, block_ = -1;
  at::Tensor order_;
  /// Bool (examples), on the CPU: which images are mirrored in the even epochs; the others are in the odd
  /// ones.
  at::Tensor mirrored_first_;
  /// Normalised; a batch is a part of them.
  at::Tensor gathered_, block_inputs_, block_targets_;
};

/// rows.to(device), but views that overlap in memory stay such views.
at::Tensor on_device(const at::Tensor& rows, at::Device device);

}  // namespace spinlab::training
