#include "src/theory/inference/gradient_flow.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>

#include "src/core/require_memory.h"

namespace spinlab::theory {

GradientFlow::GradientFlow(const at::Tensor& ntk, const at::Tensor& Y) : targets_(Y.to(at::kDouble)) {
  TORCH_CHECK_VALUE(ntk.dim() == 2 && ntk.size(0) == ntk.size(1) && ntk.size(0) > 0,
                    "a tangent kernel must be square, is ", ntk.sizes());
  TORCH_CHECK_VALUE(Y.dim() == 2 && Y.size(0) == ntk.size(0), "targets must be (", ntk.size(0),
                    ", outputs), are ", Y.sizes());
  const auto n = static_cast<double>(ntk.size(0));
  require_memory(3 * n * n * 8, c10::str("the modes of a tangent kernel of ", ntk.size(0), " inputs"),
                 "take fewer inputs");
  TORCH_CHECK_VALUE(ntk.isfinite().all().item<bool>() && Y.isfinite().all().item<bool>(),
                    "the tangent kernel or the targets are not finite");
  std::tie(rates_, modes_) = at::linalg_eigh(ntk.to(at::kDouble));
  const auto least = rates_[0].item<double>(), most = rates_[-1].item<double>();
  const auto rounding = 1e-12 * static_cast<double>(ntk.size(0)) * std::max(most, 0.0);
  TORCH_CHECK_VALUE(least >= -rounding, "the tangent kernel has the eigenvalue ", least, ", of ", most,
                    " at most: it is no kernel, or float32");
  rates_.clamp_min_(0);
}

double GradientFlow::loss(double t) const {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "the loss at ", t, ": left out, 14-infinite-width asks for it");
  const auto left = modes_.t().mm(targets_) * (-t * rates_).exp_().nan_to_num_(1).unsqueeze(1);
  return 0.5 * left.square().sum().item<double>();
  // END SOLUTION
}

/// (1 - e^(-λt))/λ, which at λ = 0 is t.
at::Tensor GradientFlow::response(double t, const at::Tensor& across) const {
  TORCH_CHECK_VALUE(t >= 0, "the time must be at least 0, is ", t);
  TORCH_CHECK_VALUE(std::isfinite(t) || rates_[0].item<double>() > 0,
                    "the tangent kernel is not positive, and has no end of training; name a time");
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "the flow at ", across.sizes(), ": left out, 14-infinite-width asks for it");
  const auto done = std::isfinite(t) ? at::where(rates_ > 0, (-t * rates_).expm1_().neg_() / rates_, t)
                                     : rates_.reciprocal();
  return across.to(at::kDouble).mm(modes_).mul_(done).mm(modes_.t());
  // END SOLUTION
}

at::Tensor GradientFlow::mean(double t, const at::Tensor& across) const {
  return response(t, across).mm(targets_);
}

/// f_t = f_0(x) + response (Y - f_0(X)), a linear map of the Gaussian f_0.
at::Tensor GradientFlow::covariance(double t, const at::Tensor& across, const at::Tensor& nngp,
                                    const at::Tensor& nngp_across, const at::Tensor& nngp_own) const {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "the ensemble at ", t, ", ", across.sizes(),
  // STUB                   ": left out, 14-infinite-width asks for it");
  const auto R = response(t, across);
  const auto mixed = R.mm(nngp_across.to(at::kDouble).t());
  return nngp_own + R.mm(nngp.to(at::kDouble)).mm(R.t()) - mixed - mixed.t();
  // END SOLUTION
}

}  // namespace spinlab::theory
