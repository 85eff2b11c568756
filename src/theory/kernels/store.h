#pragma once

#include "src/theory/kernels/layer.h"

namespace spinlab::theory {

/// Puts a tile's numbers (rows, columns) into the matrix (n, m), and of a symmetric one into their mirror's
/// place too; of a tile on the diagonal those below it are taken.
void store(at::Tensor& all, const at::Tensor& one, const Tile& tile, bool symmetric);

}  // namespace spinlab::theory
