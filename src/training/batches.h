#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "datasets/dataset.h"
#include "src/training/augmentation.h"

namespace spinlab::training {

/// Raw inputs of a data set to what a network takes: float32, (x - mean) / deviation, uint8 first divided by
/// 255.
class Normalizer {
 public:
  Normalizer(const datasets::Dataset& set, at::Device device);
  at::Tensor operator()(const at::Tensor& raw) const;

 private:
  at::Tensor scale_, shift_;
};

struct Batch {
  at::Tensor inputs;
  at::Tensor targets;
};

struct BatchOptions {
  int64_t size = 64;
  std::uint64_t seed = 0;
  Augmentation augmentation;
  bool channels_last = false;
};

/// The training set in a new order each epoch: one permutation, indexed from whole-set tensors. Several small
/// batches are gathered, augmented and normalised at once, as one block of about 2 MB, and handed out as
/// views of it. Order and augmentation depend on seed and epoch alone, so that an epoch can be entered
/// anywhere with the same bits.
class Batches {
 public:
  /// inputs: (n, …) raw; targets: (n, …) as the loss takes them; both on the device of training.
  Batches(at::Tensor inputs, at::Tensor targets, Normalizer normalizer, BatchOptions options);

  /// Batches in an epoch; the last may be smaller.
  int64_t per_epoch() const { return per_epoch_; }
  /// `batch` is the first that next() returns.
  void start_epoch(int64_t epoch, int64_t batch);
  Batch next();

 private:
  void fill_block(int64_t block);
  at::Tensor augmented(const at::Tensor& raw, const at::Tensor& rows) const;

  at::Tensor inputs_, targets_;
  Normalizer normalizer_;
  BatchOptions options_;
  int64_t per_epoch_, per_block_;
  int64_t epoch_ = 0, batch_ = 0, block_ = -1;
  at::Tensor order_;
  /// Bool (examples), on the CPU: which images are mirrored in the even epochs; the others are in the odd
  /// ones.
  at::Tensor mirrored_first_;
  std::vector<at::Tensor> block_inputs_, block_targets_;
};

}  // namespace spinlab::training
