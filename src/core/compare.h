#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace spinlab {

/// |actual - expected| ≤ absolute + relative · |expected|, element by element.
struct Tolerance {
  double relative = 0;
  double absolute = 0;
};

Tolerance rtol(double relative);
Tolerance atol(double absolute);
Tolerance operator+(Tolerance a, Tolerance b);

/// Empty where the tensors agree; else what differs: shapes, or the first place and the one that differs most,
/// their values, the tolerance and how many places differ. NaN equals nothing, an infinity only itself. Compared in float64 (complex128
/// for complex).
std::string difference(const at::Tensor& actual, const at::Tensor& expected, Tolerance tolerance);
std::string difference(double actual, double expected, Tolerance tolerance);

}  // namespace spinlab
