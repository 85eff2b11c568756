#pragma once

#include "models/registry.h"
#include "src/training/config.h"
#include "src/training/objectives/objective.h"
#include "src/training/optimizers/optimizer.h"
#include "src/training/ranks/ranks.h"

namespace spinlab::training {

/// What parts of a configuration ask of each other, said before the first step and not in it, where a user
/// has gone for coffee. All throw c10::ValueError.

/// The Fisher matrix, or more than one gradient a step.
void require_what_the_optimizer_needs(const TrainingConfig& config, const Optimizer& optimizer,
                                      const Objective& objective, const Ranks& ranks);

/// Batch normalisation of single numbers cannot do with one row. examples: of the training part.
void require_rows_for_statistics(const TrainingConfig& config, const torch::nn::Module& network,
                                 int64_t examples, const Ranks& ranks);

}  // namespace spinlab::training
