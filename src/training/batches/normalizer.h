#pragma once

#include <ATen/core/Tensor.h>

#include "datasets/dataset.h"
#include "src/training/batches/augmentation.h"
#include "src/training/named_tensors.h"

namespace spinlab::training {

/// Raw inputs of a data set to what a model takes: (x - mean) / deviation in the given type, uint8 first
/// divided by 255. Tokens stay as they are.
class Normalizer {
 public:
  /// `type`: float32 or float64. For a model without an intercept (Dataset::intercept) nothing is subtracted.
  Normalizer(const datasets::Dataset& set, at::ScalarType type, at::Device device);

  at::Tensor operator()(const at::Tensor& raw) const;

  /// The same of some rows (m) int64, or of all where `rows` is undefined, into memory that is kept where it
  /// is large enough.
  void gather(at::Tensor& out, const at::Tensor& raw, const at::Tensor& rows) const;

  /// The same of images that are placed anew, 0 where they are the mean of all; channels_last: in that order
  /// of memory.
  void gather(at::Tensor& out, const at::Tensor& raw, const at::Tensor& rows, const Placements& placements,
              bool channels_last) const;

  /// Normalised inputs to raw numbers, float64 on the CPU.
  at::Tensor inverse(const at::Tensor& inputs) const;

  /// Σ log deviation over the numbers of one example: what log densities differ by before and after.
  double log_volume() const { return log_volume_; }
  /// "normalization.mean" and "normalization.deviation", of raw inputs, uint8 counted from 0 to 255; empty
  /// for tokens. They go into checkpoints, so that others can predict from the weights.
  const NamedTensors& statistics() const { return statistics_; }
  /// Takes these out of a checkpoint's tensors. Throws c10::ValueError where they are another data set's.
  void take_statistics(NamedTensors& state) const;

 private:
  at::ScalarType type_;
  at::Tensor scale_, shift_;
  NamedTensors statistics_;
  double log_volume_ = 0;
};

}  // namespace spinlab::training
