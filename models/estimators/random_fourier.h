#pragma once

#include "models/estimators/value_estimator.h"
#include "models/kernels/kernel.h"

namespace spinlab::models {

/// Ridge regression on random Fourier features [Rahimi and Recht, NIPS 2007], which approximates kernel ridge
/// in time and memory linear in the rows: with D/2 frequencies ω drawn from the kernel's Fourier transform,
/// φ(x) = √(2/D) (cos ωx, sin ωx), E φ(x)·φ(z) = k(x, z), with variance (1 + k(2δ) - 2 k(δ)²) / D at
/// δ = x - z. Penalty as in ridge.h: Σ_i |y_i - W φ(x_i) - b|² / n + λ |W|². Time n D², memory D² beside a
/// block of rows.
class RandomFourier : public LinearValues {
 public:
  /// features: D, even.
  RandomFourier(MakeKernel kernel, int64_t features, double penalty, std::uint64_t seed);

  int64_t features() const override { return frequencies_.defined() ? frequencies_.size(1) : 0; }

  /// φ of each row, (m, D), after fit.
  at::Tensor map(const at::Tensor& X) const;

 protected:
  void learn_values(const at::Tensor& X, const at::Tensor& Y) override;
  at::Tensor values(const at::Tensor& X) const override;
  std::map<std::string, at::Tensor> own_state() const override;
  void load_own_state(const std::map<std::string, at::Tensor>& state) override;

 private:
  MakeKernel make_kernel_;
  int64_t pairs_;
  double penalty_;
  std::uint64_t seed_;
  /// (D/2, d)
  at::Tensor frequencies_;
};

}  // namespace spinlab::models
