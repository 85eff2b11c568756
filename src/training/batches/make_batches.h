#pragma once

#include <memory>

#include "datasets/dataset.h"
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

}  // namespace spinlab::training
