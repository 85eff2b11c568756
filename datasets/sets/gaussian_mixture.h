#pragma once

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// Equal Gaussians in the plane, their means evenly on a circle; one at the centre for `components` 1.
struct RingOfGaussians {
  int64_t components = 8;
  double radius = 2;
  double deviation = 0.2;
};

/// Sampled without end, with its exact log density: samples float64 (n, 2).
Density ring_of_gaussians(const RingOfGaussians& options);

/// The same as a data set that is sampled anew at each step; "samples" (2000) of it are the training part, by
/// which an epoch is counted and the inputs are normalised, and as many others the test part. Options beside:
/// "components" (8), "radius" (2), "deviation" (0.2).
Dataset load_gaussian_mixture(const Config& options, const DataFolders& folders, std::uint64_t seed);

}  // namespace spinlab::datasets
