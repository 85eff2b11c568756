#pragma once

#include <cstdint>

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// Moves a fraction of the training part to parts["validation"]: examples drawn by the seed's stream
/// "validation"; of a series' windows the last, without those that overlap what is trained on. Mean and
/// deviation are then those of what is left. Throws c10::ValueError where there is such a part already, or
/// where either would be empty.
void cut_validation(Dataset& set, double fraction, std::uint64_t seed);

}  // namespace spinlab::datasets
