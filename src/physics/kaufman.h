#pragma once

#include <cstdint>

#include "src/physics/onsager.h"

namespace spinlab::physics {

/// ln Z of the periodic side × side lattice (of all its sites), exact. [Kaufman, Phys. Rev. 76, 1232 (1949)]
/// Throws c10::ValueError where side < 2 or the temperature lies below 0.01 or is not finite.
double log_partition_function(int64_t side, double temperature);

/// Energy and specific heat per site of the same lattice, by exact derivatives of ln Z: what a sampler must
/// find.
Thermodynamics kaufman(int64_t side, double temperature);

}  // namespace spinlab::physics
