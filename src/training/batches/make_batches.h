#pragma once

#include <memory>

#include "datasets/dataset.h"
#include "models/registry.h"
#include "src/training/batches/batches.h"
#include "src/training/batches/normalizer.h"
#include "src/training/config.h"

namespace spinlab::training {

/// Throws c10::ValueError where batch, augmentation or memory layout do not suit the data set.
void require_batches(const TrainingConfig& config, const datasets::Dataset& set);

/// Of the data set's training part, or sampled from its density. `targets`: as the loss takes them, or
/// undefined.
std::unique_ptr<Batches> make_batches(const TrainingConfig& config, const datasets::Dataset& set,
                                      const at::Tensor& targets, const Normalizer& normalizer,
                                      at::Device device);

struct StreamLength {
  int64_t rows, per_epoch;
};

/// A text's part, read on from batch to batch by a network that has a state; `length`: so many rows and
/// batches an epoch, 0 as in StreamOptions. Throws c10::ValueError where the network has none, or the part is
/// too short for so many rows.
std::unique_ptr<Batches> make_stream_batches(const TrainingConfig& config, const datasets::Split& part,
                                             const models::Network& network, StreamLength length,
                                             at::Device device);

}  // namespace spinlab::training
