#pragma once

#include "datasets/known_classes.h"

namespace spinlab::datasets {

/// Two half circles of radius 1, evenly covered: class 0 is (cos θ, sin θ), class 1 (1 - cos θ, 1/2 - sin θ),
/// θ from 0 to π, so that each ends inside the other. Each coordinate is then moved by a Gaussian of
/// deviation `noise`. Both classes are equally frequent.
struct MoonsOptions {
  int64_t samples = 1000;
  double noise = 0.2;
};

/// p(x | k) = 1/π ∫₀^π N(x; arc_k(θ), σ²·1) dθ. The integrand is analytic but not periodic, which the
/// trapezoid rule would want: so Gauss-Legendre, 16 nodes on each of ⌈π/σ⌉ pieces, the outer ones halved
/// towards the ends of the arc. Relative errors are below 1e-12 up to |x| = 4 and grow far outside, where the
/// integrand narrows as σ/√|x|. Summed in logarithms: nothing underflows. Throws c10::ValueError where noise
/// is not in [0.01, 1000].
KnownClasses moons(const MoonsOptions& options);

/// The exact p(class | x), whose argmax is the Bayes rule. x: float64 (n, 2); returns float64 (n, 2).
at::Tensor moons_posterior(const at::Tensor& x, const MoonsOptions& options);

/// Options "samples" (as many to train as to test), "noise".
Dataset load_moons(const Config& options, const DataFolders& folders, std::uint64_t seed);

}  // namespace spinlab::datasets
