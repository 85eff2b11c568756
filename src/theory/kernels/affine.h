#pragma once

#include "src/theory/kernels/layer.h"

namespace spinlab::theory {

/// What weights σ_w and biases σ_b make of pairs whose inputs' covariance, summed over a fan-in of `width`
/// and divided by it, is p.nngp; p.ntk: that of the same sums. In place.
struct Affine {
  double weight_std, bias_std;
  Parametrization parametrization;
  double width;

  void check(const char* layer) const;
  void apply(Pairs& p) const;
  Inputs of(const Inputs& summed) const;
};

}  // namespace spinlab::theory
