#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "datasets/dataset.h"

/// Regression problems made from a seed; the same seed gives the same bits on the same machine.
namespace spinlab::datasets {

/// y = sin(2π · frequency · x) + noise · ε with x uniform on [0, 1) and ε standard normal. [Bishop, PRML,
/// section 1.1]
struct SinusoidOptions {
  int64_t samples = 100;
  double frequency = 1;
  double noise = 0.3;
};
/// Inputs float64 (samples, 1), targets float64 (samples).
Split make_sinusoid(const SinusoidOptions& options, std::uint64_t seed);

/// y = Σ_k coefficients[k] x^k + noise · ε with x uniform on [-1, 1).
struct PolynomialOptions {
  int64_t samples = 100;
  std::vector<double> coefficients = {1, -2, 0, 3};
  double noise = 0.3;
};
/// Inputs float64 (samples, 1), targets float64 (samples).
Split make_polynomial(const PolynomialOptions& options, std::uint64_t seed);

/// y = X w + noise · ε. The eigenvalues of XᵀX / samples of the training inputs fall geometrically from 1 to
/// 1 / condition, so that `condition` is exactly the condition number that gradient descent meets.
struct LinearOptions {
  int64_t samples = 200;
  int64_t features = 20;
  double condition = 10;
  int64_t nonzero = 20;  // the other coefficients are 0; these are ±1, at random places
  double noise = 0.1;
};
/// `test` has normal inputs whose covariance is that of the training inputs.
struct LinearSample {
  Split train, test;        // inputs float64 (samples, features), targets float64 (samples)
  at::Tensor coefficients;  // float64 (features)
};
/// Throws c10::ValueError where samples < features, nonzero > features, condition < 1 or noise < 0.
LinearSample make_linear(const LinearOptions& options, std::uint64_t seed);

/// The same by name. Each takes "samples" (as many to train as to test) and "noise"; beside these, sinusoid
/// "frequency", polynomial "coefficients", linear "features", "condition" and "nonzero" (default: all
/// features).
Dataset load_sinusoid(const Config& options, const DataFolders& folders, std::uint64_t seed);
Dataset load_polynomial(const Config& options, const DataFolders& folders, std::uint64_t seed);
Dataset load_linear(const Config& options, const DataFolders& folders, std::uint64_t seed);

}  // namespace spinlab::datasets
