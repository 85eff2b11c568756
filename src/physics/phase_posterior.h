#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace spinlab::physics {

/// The probability that a configuration comes from below the critical temperature, given that its temperature
/// was drawn evenly from `temperatures`. By Bayes' rule with the exact likelihood exp(-E/T)/Z(T): it depends
/// on the configuration through its energy alone, so deciding by it at ½ is the best that any classifier of
/// phases can do, however deep. energies: (…) float64, per site, of a periodic side × side lattice. Returns
/// (…) float64. Throws c10::ValueError as log_partition_function does, or where no temperature is given.
at::Tensor ordered_probability(const at::Tensor& energies, int64_t side,
                               const std::vector<double>& temperatures);

}  // namespace spinlab::physics
