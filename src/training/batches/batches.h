#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "src/training/named_tensors.h"

namespace spinlab::training {

/// What one step learns from, on the device of training: n examples along the first dimension of both.
struct Batch {
  /// As the network takes them: normalised numbers, or tokens.
  at::Tensor inputs;
  /// As the objective's loss takes them; undefined where the inputs are all.
  at::Tensor targets;
  /// Of its part of the data, in the order of evaluation.
  int64_t number = 0;
  /// Of a text that is read on from batch to batch, else undefined: the state that the rows begin with, and
  /// the memory for the one that they leave, (n, …) each.
  at::Tensor state = {}, after = {};

  int64_t size() const { return inputs.size(0); }
};

/// The training part of a data set, batch by batch. What a batch holds depends on the seed, the epoch and its
/// number alone, so that an epoch can be entered anywhere with the same bits.
class Batches {
 public:
  virtual ~Batches() = default;

  /// Batches in an epoch; the last may be smaller.
  virtual int64_t per_epoch() const = 0;
  /// `batch` is the first that next() returns.
  virtual void start_epoch(int64_t epoch, int64_t batch) = 0;
  virtual Batch next() = 0;
  /// Live tensors that the next batch depends on beside its place.
  virtual NamedTensors state() const { return {}; }
};

}  // namespace spinlab::training
