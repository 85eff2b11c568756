#include "src/theory/mean_field/isometry.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>

#include "src/theory/duals/gaussian_quadrature.h"
#include "src/theory/duals/value_and_slope.h"

namespace spinlab::theory {
namespace {

double by_quadrature(const DualActivation& phi, double q, int k) {
  const auto power = [&](const at::Tensor& u) {
    return value_and_slope([&](const at::Tensor& v) { return phi.function(v); }, u).slope.pow(2 * k);
  };
  return gaussian_mean(power, q, "a mean of φ'(u)", phi.breaks());
}

}  // namespace

double slope_moment(const DualActivation& phi, double q, int k) {
  constexpr double kAgreement = 1e-8;
  TORCH_CHECK_VALUE(std::isfinite(q) && q >= 0 && k >= 1, "a moment of φ' needs q ≥ 0 and k ≥ 1, got ", q,
                    " and ", k);
  const auto variance = at::scalar_tensor(q, at::kDouble), own = phi.of_variance(variance);
  const auto square = phi.means(own, own, variance).derivative.item<double>();
  if (k == 1) return square;
  TORCH_CHECK_VALUE(
      std::isfinite(square) && std::abs(by_quadrature(phi, q, 1) - square) <= kAgreement * square,
      "φ' by autograd is not φ's derivative: E φ'(u)² is ", square, ", not ", by_quadrature(phi, q, 1));
  return by_quadrature(phi, q, k);
}

JacobianSpectrum jacobian_spectrum(const MeanField& network, double q, int64_t depth,
                                   WeightEnsemble weights) {
  TORCH_CHECK_VALUE(depth >= 0, "a network's depth must be at least 0, is ", depth);
  const auto first = slope_moment(*network.phi, q, 1), second = slope_moment(*network.phi, q, 2);
  const auto layers = static_cast<double>(depth);
  const auto of_weights = weights == WeightEnsemble::kGaussian ? 1.0 : 0.0;
  const auto mean = std::pow(network.weight_variance * first, layers);
  return {mean, mean * mean * layers * (second / (first * first) - 1 + of_weights)};
}

}  // namespace spinlab::theory
