#include "models/networks/gaussian_mixture.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <numbers>

#include "models/registry.h"

namespace spinlab::models {

void GaussianMixtureImpl::reset() {
  const auto k = options.components(), d = options.dimensions();
  logits = register_parameter("logits", at::zeros({k}));
  means = register_parameter("means", at::randn({k, d}));
  factors = register_parameter("factors", at::zeros({k, d, d}));
}

at::Tensor GaussianMixtureImpl::forward(const at::Tensor& x) {
  const auto log_diagonal = factors.diagonal(0, 1, 2);  // (k, d)
  const auto L = factors.tril(-1) + at::diag_embed(log_diagonal.exp());
  const auto away = x.flatten(1).unsqueeze(1) - means;                  // (n, k, d)
  const auto white = away.unsqueeze(2).matmul(L).squeeze(2);            // (n, k, d): (Lᵀ away)ᵀ
  const auto energy = white.square().sum(2) / 2 - log_diagonal.sum(1);  // (n, k)
  const auto constant = static_cast<double>(options.dimensions()) / 2 * std::log(2 * std::numbers::pi);
  return (logits.log_softmax(0) - energy).logsumexp(1) - constant;
}

void GaussianMixtureImpl::initialize(const at::Tensor& points) {
  const auto flat = points.flatten(1);
  TORCH_CHECK_VALUE(flat.size(0) >= options.components(), "gaussian_mixture: ", options.components(),
                    " components need as many examples, got ", flat.size(0));
  auto nearest = (flat - flat[0]).square().sum(1);
  means[0].copy_(flat[0]);
  for (int64_t k = 1; k < options.components(); ++k) {
    const auto farthest = flat[nearest.argmax().item<int64_t>()];
    means[k].copy_(farthest);
    nearest = at::minimum(nearest, (flat - farthest).square().sum(1));
  }
}

namespace {

const Registered<ModelEntry> kRegistered{
    {.name = "gaussian_mixture",
     .summary = "a mixture of Gaussians with any covariance, its density",
     .defaults = {{"components", 8}},
     .network =
         [](const Config& config, const Problem& problem) {
           return network(GaussianMixture(
               GaussianMixtureOptions(problem.features(), config.integer("components", 1, 10'000))));
         },
     .form = Form::kLogDensity}};

}  // namespace
}  // namespace spinlab::models
