#pragma once

#include "src/training/batches/batches.h"
#include "src/training/batches/normalizer.h"

namespace spinlab::training {

/// Examples that no other batch has: each is sampled anew from the density, by its own stream of the seed.
class SampledBatches : public Batches {
 public:
  /// per_epoch batches of `size` examples each.
  SampledBatches(datasets::Density density, Normalizer normalizer, int64_t size, int64_t per_epoch,
                 std::uint64_t seed, at::Device device);

  int64_t per_epoch() const override { return per_epoch_; }
  void start_epoch(int64_t epoch, int64_t batch) override;
  Batch next() override;

 private:
  datasets::Density density_;
  Normalizer normalizer_;
  int64_t size_, per_epoch_;
  std::uint64_t seed_;
  at::Device device_;
  int64_t number_ = 0;
};

}  // namespace spinlab::training
