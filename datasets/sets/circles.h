#pragma once

#include "datasets/known_classes.h"

namespace spinlab::datasets {

/// Class k lies evenly on a circle of radius radii[k] about the origin, and each coordinate is then moved by
/// a Gaussian of deviation `noise`. All classes are equally frequent.
struct CirclesOptions {
  int64_t samples = 1000;
  std::vector<double> radii = {1, 2};
  double noise = 0.3;
};

/// log p(x | k) = -(|x| - r)²/2σ² + log[e^{-z} I₀(z)] - log 2πσ², with r = radii[k], σ = noise and z =
/// |x|r/σ²: the Gaussian averaged over the circle, in which only the scaled Bessel function occurs, so that
/// nothing overflows. [Rice's distribution, of |x|] Throws c10::ValueError where radii or noise are out of
/// range.
KnownClasses circles(const CirclesOptions& options);

/// The exact p(class | x), whose argmax is the Bayes rule. x: float64 (n, 2); returns float64 (n, classes).
at::Tensor circles_posterior(const at::Tensor& x, const CirclesOptions& options);

/// Options "samples" (as many to train as to test), "radii", "noise".
Dataset load_circles(const Config& options, const DataFolders& folders, std::uint64_t seed);

}  // namespace spinlab::datasets
