#pragma once

#include <ATen/core/Tensor.h>

namespace spinlab::theory {

/// Of a square matrix, in one reading: its largest |number|, not finite where a number is not, and the
/// largest |K_ij - K_ji|.
struct Symmetry {
  double largest, asymmetry;
};
Symmetry symmetry(const at::Tensor& K);

}  // namespace spinlab::theory
