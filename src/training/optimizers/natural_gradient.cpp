#include <ATen/ops/cholesky_solve.h>
#include <ATen/ops/zeros_like.h>
#include <c10/util/Exception.h>

#include "src/core/registry.h"
#include "src/training/optimizers/flat_optimizer.h"
#include "src/training/optimizers/kl_clip.h"
#include "src/training/optimizers/positive_definite.h"

namespace spinlab::training {
namespace {

struct NaturalGradientOptions {
  double damping = 1e-3;
  double momentum = 0;
  /// κ of kl_clip.h; 0: steps of any length.
  double kl_clip = 1e-2;
};

constexpr auto kFisher = "natural_gradient: the Fisher matrix";

/// (D + RᵀR)⁻¹ g by the smaller of two systems: of p unknowns as it stands, or of R's rows by Woodbury's
/// identity D⁻¹ g - D⁻¹ Rᵀ (1 + R D⁻¹ Rᵀ)⁻¹ R D⁻¹ g. rows: R (m, p); diagonal: D (p), above 0; g (p).
at::Tensor solve(const at::Tensor& rows, const at::Tensor& diagonal, const at::Tensor& g) {
  const auto m = rows.size(0), p = rows.size(1);
  if (p <= m) {
    auto matrix = rows.t().mm(rows);
    matrix.diagonal().add_(diagonal);
    return at::cholesky_solve(g.unsqueeze(1), damped_cholesky(matrix, kFisher)).squeeze(1);
  }
  const auto scaled = rows / diagonal;
  auto matrix = scaled.mm(rows.t());
  matrix.diagonal().add_(1);
  const auto inner =
      at::cholesky_solve(scaled.mv(g).unsqueeze(1), damped_cholesky(matrix, kFisher)).squeeze(1);
  return g / diagonal - scaled.t().mv(inner);
}

/// v ← μ v + ν (F + λ + δ)⁻¹ (g + λ w), w ← w - η v: F = RᵀR the exact Fisher matrix of the step's batch
/// (Step::fisher_rows), λ the weight decay, which is a part of the loss and of its curvature, δ the damping.
/// [Amari, Neural Computation 10 (1998), theorem 1; Martens, arXiv:1412.1193: F is the generalised
/// Gauss-Newton matrix for these losses]
///
/// ν keeps the step within κ (kl_clip.h): a batch of fewer rows than parameters, or outputs that are sure of
/// themselves, leave directions in which F is next to nothing and the step without bound.
///
/// n examples with k outputs cost n k backward passes and n k p numbers: for small networks. For others there
/// is kfac.
class NaturalGradient : public FlatOptimizer {
 public:
  NaturalGradient(std::vector<ParameterGroup> groups, NaturalGradientOptions options)
      : FlatOptimizer(std::move(groups)), options_(options) {
    if (options.momentum > 0) velocity_ = at::zeros_like(weights());
  }

  bool uses_fisher() const override { return true; }

  NamedTensors state() const override {
    auto all = FlatOptimizer::state();
    if (velocity_.defined()) all["velocity"] = velocity_;
    return all;
  }

 private:
  void take(const Step& step, int64_t) override {
    TORCH_CHECK(step.fisher_rows, "natural_gradient needs the Fisher matrix: give Step::fisher_rows");
    const auto slope = gradient();
    auto move = solve(step.fisher_rows(parameters()), weight_decay() + options_.damping, slope);
    move *= kl_clip_share(options_.kl_clip, step.learning_rate, slope.dot(move).item<double>());
    if (velocity_.defined()) move = velocity_.mul_(options_.momentum).add_(move);
    set_weights(weights().addcmul_(lr_scale(), move, -step.learning_rate));
  }

  NaturalGradientOptions options_;
  /// (p), undefined without momentum.
  at::Tensor velocity_;
};

std::unique_ptr<Optimizer> make(const Config& config, std::vector<ParameterGroup> groups) {
  return std::make_unique<NaturalGradient>(
      std::move(groups),
      NaturalGradientOptions{config.number("damping", 1e-15, 1e6), config.number("momentum", 0, 1 - 1e-9),
                             config.number("kl_clip", 0, 1e12)});
}

const Registered<OptimizerEntry> kRegistered{
    {.name = "natural_gradient",
     .summary = "the gradient in the metric of the exact Fisher matrix, for small networks",
     .defaults = {{"lr", 0.1}, {"damping", 1e-3}, {"momentum", 0.0}, {"kl_clip", 1e-2}},
     .make = make}};

}  // namespace
}  // namespace spinlab::training
