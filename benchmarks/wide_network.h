#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "src/core/config.h"
#include "src/theory/kernels/layer.h"

namespace spinlab::benchmarks {

/// A network of infinite width as both sides of a row build it: `depth` hidden layers, and a dense one of the
/// outputs. The hidden ones are dense, or convolutions of 3 × 3 where it has an `end`: "flatten" or
/// "average_pool".
struct WideNetwork {
  std::string phi = "relu";
  int64_t depth = 5;
  std::string end = {};
  double weight_std = 1.5, bias_std = 0.1;

  theory::LayerPtr layers() const;
  Json json() const;
};

/// n inputs of a shape, float64, with angles between them of about 60 degrees.
at::Tensor wide_inputs(int64_t n, std::vector<int64_t> shape);

}  // namespace spinlab::benchmarks
