#include "src/training/batches/sampled_batches.h"

#include "src/core/seed.h"

namespace spinlab::training {

SampledBatches::SampledBatches(datasets::Density density, Normalizer normalizer, int64_t size,
                               int64_t per_epoch, std::uint64_t seed, at::Device device)
    : density_(std::move(density)),
      normalizer_(std::move(normalizer)),
      size_(size),
      per_epoch_(per_epoch),
      seed_(seed),
      device_(device) {}

void SampledBatches::start_epoch(int64_t epoch, int64_t batch) { number_ = epoch * per_epoch_ + batch; }

Batch SampledBatches::next() {
  const auto generator = make_generator(seed_, "density", static_cast<std::uint64_t>(number_++));
  return {normalizer_(density_.sample(size_, generator).to(device_)), {}};
}

}  // namespace spinlab::training
