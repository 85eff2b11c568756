#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

namespace spinlab::theory {

/// Regression with a Gaussian process: f ~ N(0, K), Y = f + noise at n inputs [Rasmussen and Williams 2006,
/// alg. 2.1]. Of m other inputs it needs `across`, their covariances with the n, (m, n), and `own`, those
/// among themselves, (m, m). Time n³/3 once; for each of m, n for its mean and n² for its covariance.
class Posterior {
 public:
  /// K: (n, n); Y: (n, outputs), independent of each other; noise: a variance, also a jitter. Throws as
  /// cholesky_factor() does, and c10::ValueError for a Y of other rows.
  Posterior(const at::Tensor& K, const at::Tensor& Y, double noise);

  /// (m, outputs): across (K + noise)⁻¹ Y, which is ridge regression in the kernel's space.
  at::Tensor mean(const at::Tensor& across) const;
  /// (m, m), of f and of every output.
  at::Tensor covariance(const at::Tensor& across, const at::Tensor& own) const;
  /// (count, m, outputs).
  at::Tensor samples(const at::Tensor& across, const at::Tensor& own, int64_t count,
                     at::Generator generator) const;
  /// ln p(Y), of all outputs.
  double log_evidence() const;

 private:
  at::Tensor L_;         // of K + noise
  at::Tensor whitened_;  // L⁻¹ Y
  at::Tensor weights_;   // (K + noise)⁻¹ Y
};

}  // namespace spinlab::theory
