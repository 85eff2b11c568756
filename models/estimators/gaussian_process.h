#pragma once

#include "models/estimators/value_estimator.h"
#include "models/kernels/kernel.h"

namespace spinlab::models {

/// Natural logarithms of what a Gaussian process is made of beside its kernel's own parameters: values have
/// covariance a² k, measurements the variance σ² more.
struct ProcessScales {
  double log_variance = 0, log_noise = 0;  // log a², log σ²
};

struct Evidence {
  /// log p(Y | X) in nats, summed over the columns of Y.
  double log_likelihood = 0;
  /// By the kernel's parameters, log a² and log σ², in this order: (p + 2).
  at::Tensor gradient;
};

/// The marginal likelihood of Y (n, k), centred, for a process of mean 0, and its gradient
/// [Rasmussen and Williams, eqs. 2.30 and 5.9]. σ² is at least 1e-9 a². Time 2n³ multiplications.
Evidence evidence(const Kernel& kernel, const ProcessScales& scales, const at::Tensor& X,
                  const at::Tensor& Y);

struct ProcessPosterior {
  /// (m, k) of the function, in the unit of y; and variance (m, k), without the noise of measurements.
  at::Tensor mean, variance;
  /// σ² in the unit of y squared, (k).
  at::Tensor noise;
};

struct GaussianProcessOptions {
  /// Where the fit begins, in units of the deviation of y: a and σ.
  double amplitude = 1, noise = 0.1;
  /// Whether widths, a and σ are fitted, by L-BFGS on the marginal likelihood from where they begin.
  bool fit = true;
  int64_t max_iterations = 100;
};

/// Gaussian process regression [Rasmussen and Williams, algorithm 2.1] on targets less their mean and over
/// their deviation, several of them with one kernel. Memory 24 n² bytes to fit, 8 n² then.
class GaussianProcess : public ValueEstimator {
 public:
  GaussianProcess(MakeKernel kernel, GaussianProcessOptions options)
      : make_kernel_(std::move(kernel)), options_(options) {}

  int64_t features() const override { return rows_.defined() ? rows_.size(1) : 0; }

  /// X: (m, d), after fit.
  ProcessPosterior posterior(const at::Tensor& X) const;
  const Kernel& kernel() const { return *kernel_; }
  const ProcessScales& scales() const { return scales_; }

 protected:
  void learn_values(const at::Tensor& X, const at::Tensor& Y) override;
  at::Tensor values(const at::Tensor& X) const override;
  std::map<std::string, at::Tensor> own_state() const override;
  void load_own_state(const std::map<std::string, at::Tensor>& state) override;

 private:
  void maximise_evidence();
  void condition();

  MakeKernel make_kernel_;
  GaussianProcessOptions options_;
  KernelPtr kernel_;
  ProcessScales scales_;
  /// (n, d); targets (n, k) less mean_ (k) and over deviation_ (k); Cholesky factor of their covariance and
  /// its solution for the targets.
  at::Tensor rows_, targets_, mean_, deviation_, L_, alpha_;
};

}  // namespace spinlab::models
