#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/pimpl.h>

namespace spinlab::models {

struct GaussianMixtureOptions {
  GaussianMixtureOptions(int64_t dimensions, int64_t components)
      : dimensions_(dimensions), components_(components) {}
  TORCH_ARG(int64_t, dimensions);
  TORCH_ARG(int64_t, components);
};

/// p(x) = Σ_k π_k N(x; μ_k, (L_k L_kᵀ)⁻¹), L_k lower triangular with a positive diagonal [Bishop, PRML,
/// eq. 9.7; by gradients instead of expectation maximisation, so that every optimizer can be tried on it].
///
///     GaussianMixture model(GaussianMixtureOptions(2, 8));
///     model->initialize(points);       // means at as many of the points
///     auto log_density = model(x);     // (n, 2) → (n), in nats
class GaussianMixtureImpl : public torch::nn::Cloneable<GaussianMixtureImpl> {
 public:
  explicit GaussianMixtureImpl(GaussianMixtureOptions options) : options(options) { reset(); }
  void reset() override;

  /// x: (n, …) with `dimensions` numbers a row.
  at::Tensor forward(const at::Tensor& x);
  /// Puts the means at points that lie far from each other: each the one farthest from those before
  /// [Gonzalez, Theoretical Computer Science 38 (1985)], the first point first. Throws c10::ValueError for
  /// fewer points than components.
  void initialize(const at::Tensor& points);

  GaussianMixtureOptions options;
  /// (k): log π up to a constant. (k, d). (k, d, d): L below the diagonal, log of it on the diagonal, nothing
  /// above.
  at::Tensor logits, means, factors;
};
TORCH_MODULE(GaussianMixture);

}  // namespace spinlab::models
